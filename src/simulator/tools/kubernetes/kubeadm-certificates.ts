import { certificate } from '../../cluster/certificates.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

const renewedBy = /^ {4}client-certificate-data: .*\n/m;

const put = (run: KubeadmRun, path: string, change: (before: string) => string): void => {
  const { files } = run.host;
  const found = files.stat(path);
  if (found !== undefined) run.write(path, change(files.read(path)), found.mode);
};

const yearMs = 365 * 86_400_000;

/** A new certificate, good for a year, with a new key for it. */
export const renewCertificate = (run: KubeadmRun, path: string): void => {
  const from = Math.floor(run.host.kernel.now / 1000) * 1000;
  const commonName = path.slice(path.lastIndexOf('/') + 1).replace(/\.(crt|conf)$/, '');
  const pem = certificate({ commonName, about: `${run.host.name} ${path} ${from}`, from, until: from + yearMs });
  const data = Buffer.from(pem).toString('base64');
  if (path.endsWith('.conf')) {
    put(run, path, (before) => `${before.replace(renewedBy, '')}    client-certificate-data: ${data}\n`);
    return;
  }
  put(run, path, () => pem);
  put(run, path.replace(/\.crt$/, '.key'), (before) =>
    before.replace(/\n[^-]+\n-----END/, `\n${Buffer.from(`${path} ${from}`).toString('base64')}\n-----END`),
  );
};

/** The kubeconfig phase of an upgrade renews what an administrator uses. Recorded, 1.36.3. */
export const renewAdministrators = (run: KubeadmRun): void => {
  for (const name of ['admin', 'super-admin']) renewCertificate(run, `/etc/kubernetes/${name}.conf`);
};
