import type { KubeadmRun } from './kubeadm-run.ts';

const renewedBy = /^ {4}client-certificate-data: .*\n/m;

const put = (run: KubeadmRun, path: string, change: (before: string) => string): void => {
  const { files } = run.host;
  const found = files.stat(path);
  if (found !== undefined) run.write(path, change(files.read(path)), found.mode);
};

/** A new certificate with a new key for it: nothing in the simulation opens them, but their files change. */
export const renewCertificate = (run: KubeadmRun, path: string): void => {
  const serial = Buffer.from(`${path} ${run.host.kernel.now}`).toString('base64');
  if (path.endsWith('.conf'))
    put(run, path, (before) => `${before.replace(renewedBy, '')}    client-certificate-data: ${serial}\n`);
  else
    for (const file of [path, path.replace(/\.crt$/, '.key')])
      put(run, file, (before) => before.replace(/\n[^-]+\n-----END/, `\n${serial}\n-----END`));
};

/** The kubeconfig phase of an upgrade renews what an administrator uses. Recorded, 1.36.3. */
export const renewAdministrators = (run: KubeadmRun): void => {
  for (const name of ['admin', 'super-admin']) renewCertificate(run, `/etc/kubernetes/${name}.conf`);
};
