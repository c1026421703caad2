import type { Found } from '../oracle/found.ts';
import { isConfigured } from '../oracle/kubelets-configured.ts';
import type { Wish } from '../oracle/invariant.ts';
import { repositoryMinor } from '../oracle/reading.ts';
import type { SeenHost, SeenWorld } from '../oracle/seen-world.ts';
import { minorText, upstream } from '../oracle/version.ts';

/** What an end is judged by: the model's state, what was wished for, and what was found at first. */
export interface Sight {
  readonly world: SeenWorld;
  readonly wish: Wish;
  readonly found: Found;
  /** What still differs from what was asked for, where that is more than a version. */
  readonly lacks?: () => readonly string[];
}

/** What is still to be done on one host. */
export const remains = (host: SeenHost, wish: Wish) => {
  const { version } = wish;
  const packages = ['kubeadm', 'kubelet', 'kubectl'].some((name) => {
    const installed = host.packages.get(name);
    return installed === undefined || installed.status !== 'installed' || upstream(installed.version) !== version;
  });
  const offered = repositoryMinor(host);
  const repository = offered !== undefined && offered !== minorText(version);
  const staticPods = [...host.components.values()].some((each) => each.name !== 'etcd' && each.version !== version);
  const kubelet = host.kubelet.running !== version || !isConfigured(host, wish);
  return {
    packages: packages || repository,
    staticPods,
    kubelet,
  };
};
