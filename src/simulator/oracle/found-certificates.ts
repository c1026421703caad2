import type { SeenHost } from './seen-world.ts';

/** The certificates of a host as they were found: path → text. */
export interface FoundCertificates {
  /** Those that kubeadm signed for a control plane, in files of their own or within kubeconfigs. */
  readonly signed: ReadonlyMap<string, string>;
  /** The keys of those that have files of their own. */
  readonly keys: ReadonlyMap<string, string>;
  /** What no renewal touches: authorities, service accounts' keys, what kubelets have, kubeconfigs of somebody's own. */
  readonly fixed: ReadonlyMap<string, string>;
  /** Copies of admin.conf. */
  readonly copies: ReadonlyMap<string, { readonly mode: number; readonly owner: string }>;
}

const kubernetes = '/etc/kubernetes';
const directories = [kubernetes, `${kubernetes}/pki`, `${kubernetes}/pki/etcd`, '/var/lib/kubelet/pki'] as const;
const homes = ['/root', '/home/ops'] as const;

const isAuthority = (path: string): boolean => /\/(?:ca|front-proxy-ca)\.(?:crt|key)$|\/sa\.(?:key|pub)$/.test(path);

const isKubelets = (path: string): boolean => path.endsWith('/kubelet.conf') || path.startsWith('/var/lib/kubelet/');

/** Looks at the certificates of a host that no program of ours is at. */
export const lookAtCertificates = ({ files }: SeenHost): FoundCertificates => {
  const [signed, keys, fixed] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  const copies = new Map<string, { readonly mode: number; readonly owner: string }>();
  for (const directory of directories)
    for (const name of files.stat(directory) === undefined ? [] : files.list(directory)) {
      const path = `${directory}/${name}`;
      const text = files.stat(path)?.kind === 'file' ? files.read(path) : '';
      if (isAuthority(path) || isKubelets(path)) fixed.set(path, text);
      else if (name.endsWith('.key')) keys.set(path, text);
      else if (/\.(?:crt|conf)$/.test(name)) signed.set(path, text);
    }
  const admin = signed.get(`${kubernetes}/admin.conf`);
  for (const path of homes.map((home) => `${home}/.kube/config`)) {
    const stat = files.stat(path);
    if (stat === undefined) continue;
    if (files.read(path) === admin) copies.set(path, { mode: stat.mode, owner: stat.owner });
    else fixed.set(path, files.read(path));
  }
  return { signed, keys, fixed, copies };
};
