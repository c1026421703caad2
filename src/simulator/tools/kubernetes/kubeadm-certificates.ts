import { X509Certificate } from 'node:crypto';
import { certificate } from '../../cluster/certificates.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const renewedBy = /^ {4}client-certificate-data: (.*)\n/m;

const put = (run: KubeadmRun, path: string, change: (before: string) => string): void => {
  const { files } = run.host;
  const found = files.stat(path);
  if (found !== undefined) run.write(path, change(files.read(path)), found.mode);
};

const yearMs = 365 * 86_400_000;
/** Clocks of others may be behind. Recorded, 1.35.4: from five minutes before. */
const backdatedMs = 300_000;

/** Whom a certificate names: a renewal keeps it (kubeadm, certs/renewal, `RenewUsingLocalCA`). */
const subjectOf = (text: string): { readonly commonName: string; readonly organization?: string } => {
  const { subject } = new X509Certificate(text);
  const organization = /^O=(.*)$/m.exec(subject)?.[1];
  const commonName = /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
  return organization === undefined ? { commonName } : { commonName, organization };
};

/** A new certificate for the same subject, good for a year by the host's own clock, with a new key for it. */
export const renewCertificate = (run: KubeadmRun, path: string): void => {
  const { files, kernel, clockOffsetMs, name } = run.host;
  if (files.stat(path) === undefined) return;
  const before = files.read(path);
  const held = renewedBy.exec(before)?.[1];
  const now = Math.floor((kernel.now + clockOffsetMs) / 1000) * 1000;
  const pem = certificate({
    ...subjectOf(held === undefined ? before : Buffer.from(held, 'base64').toString('latin1')),
    about: `${name} ${path} ${now}`,
    from: now - backdatedMs,
    until: now + yearMs,
  });
  const data = Buffer.from(pem).toString('base64');
  if (path.endsWith('.conf')) {
    put(run, path, (text) => `${text.replace(renewedBy, '')}    client-certificate-data: ${data}\n`);
    return;
  }
  put(run, path, () => pem);
  put(run, path.replace(/\.crt$/, '.key'), (text) =>
    text.replace(/\n[^-]+\n-----END/, `\n${Buffer.from(`${path} ${now}`).toString('base64')}\n-----END`),
  );
};

/** The kubeconfig phase of an upgrade renews what an administrator uses. Recorded, 1.36.3. */
export const renewAdministrators = (run: KubeadmRun): void => {
  for (const name of ['admin', 'super-admin']) renewCertificate(run, `/etc/kubernetes/${name}.conf`);
};
