import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { certificates } from '../paths.ts';
import { run } from '../run-command.ts';

const DAYS = '3650';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * A certificate authority of the lab's own and a server certificate for pkgs.k8s.io, made once a machine. Its name
 * constraint keeps the authority from vouching for anything else, should its key ever leave the cache.
 */
export async function ensureCertificates(): Promise<void> {
  if (existsSync(certificates)) return;
  const work = `${certificates}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true, mode: 0o755 });
  const file = (name: string): string => join(work, name);
  const request = ['openssl', 'req', '-x509', '-days', DAYS, ...KEY];
  const authority = [
    '-subj',
    '/CN=nodeops lab CA',
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  const constraint = ['-addext', 'nameConstraints=critical,permitted;DNS:pkgs.k8s.io'];
  await run([...request, ...authority, ...constraint, '-keyout', file('ca.key'), '-out', file('ca.crt')]);
  const server = [
    '-subj',
    '/CN=pkgs.k8s.io',
    '-addext',
    'subjectAltName=DNS:pkgs.k8s.io',
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ];
  const issuer = ['-CA', file('ca.crt'), '-CAkey', file('ca.key')];
  await run([...request, ...server, ...issuer, '-keyout', file('server.key'), '-out', file('server.crt')]);
  renameSync(work, certificates);
}
