import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { run } from '../run-command.ts';

/** Paths of PEM files on this machine. */
export interface CertificateFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

interface Authority {
  readonly certificate: string;
  readonly key: string;
}

const DAYS = '3650';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const request = (subject: string): string[] => ['openssl', 'req', '-x509', '-days', DAYS, ...NEW_KEY, '-subj', subject];

/** A certificate authority for the etcd of one cluster, beside its other files: it goes when the cluster does. */
export async function etcdAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = { certificate: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
  const extensions = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  await run([...request('/CN=etcd-ca'), ...extensions, '-keyout', authority.key, '-out', authority.certificate]);
  return authority;
}

/** A member's: for server, client and peers, as etcd's gateway and other members want it (etcd.io, Transport security). */
export const memberCertificate = (authority: Authority, folder: string, member: LabNode): Promise<CertificateFiles> =>
  sign(authority, join(folder, member.name), `/CN=${member.name}`, [
    '-addext',
    `subjectAltName=DNS:${member.name},DNS:localhost,IP:${member.host},IP:127.0.0.1`,
    '-addext',
    'extendedKeyUsage=serverAuth,clientAuth',
  ]);

/** That of the API servers. */
export const clientCertificate = (authority: Authority, folder: string): Promise<CertificateFiles> =>
  sign(authority, join(folder, 'client'), '/CN=kube-apiserver-etcd-client', ['-addext', 'extendedKeyUsage=clientAuth']);

async function sign(
  { certificate: ca, key: caKey }: Authority,
  path: string,
  subject: string,
  extensions: readonly string[],
): Promise<CertificateFiles> {
  const files = { ca, certificate: `${path}.crt`, key: `${path}.key` };
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', ...extensions];
  const issuer = ['-CA', ca, '-CAkey', caKey];
  await run([...request(subject), ...leaf, ...issuer, '-keyout', files.key, '-out', files.certificate]);
  return files;
}
