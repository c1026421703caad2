import type { Found } from '../oracle/found.ts';
import { isConfigured } from '../oracle/kubelets-configured.ts';
import type { Wish } from '../oracle/invariant.ts';
import { maintenanceLacks, patchLacks, restartDue } from '../oracle/maintenance.ts';
import type { Maintenance } from '../oracle/maintenance-wish.ts';
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

/** Whether a maintenance has read a host's lists already: before that, its repositories have to be there. */
const hasLists = ({ files }: SeenHost): boolean => {
  const marks = '/var/lib/nodeops-marks';
  return files.stat(marks) !== undefined && files.list(marks).some((name) => name.endsWith('.lists'));
};

const remainsOf = (host: SeenHost, maintenance: Maintenance, { world, found }: Sight): Remains => {
  const { operation } = maintenance;
  const packages = operation === 'os-patch' && (!hasLists(host) || patchLacks(world, host, maintenance).length > 0);
  const restart = (operation === 'os-patch' || operation === 'reboot') && restartDue(host, maintenance, found);
  const drain = operation === 'drain' && maintenanceLacks(world, host, maintenance, found).length > 0;
  return { packages, staticPods: false, kubelet: packages || restart || drain };
};

/** What is still to be done on one host: `kubelet`, for what it has to be drained. */
export interface Remains {
  readonly packages: boolean;
  readonly staticPods: boolean;
  readonly kubelet: boolean;
}

const nothing: Remains = { packages: false, staticPods: false, kubelet: false };

/** What is still to be done on one host. */
export const remains = (host: SeenHost, sight: Sight): Remains => {
  const { version, maintenance, nodes } = sight.wish;
  if (nodes !== undefined) {
    const isNode = sight.world.objects.get('Node', undefined, host.name) !== undefined;
    const isPlane = host.role === 'control-plane' && nodes.joins.has(host.name);
    const staticPods = isPlane && host.components.size === 0;
    return { ...nothing, staticPods, kubelet: nodes.leaves.has(host.name) && isNode && !nodes.gone };
  }
  if (maintenance !== undefined && maintenance.upgrades !== true)
    return maintenance.nodes.has(host.name) ? remainsOf(host, maintenance, sight) : nothing;
  if (sight.wish.create?.kind === 'reset') return nothing;
  const patches = maintenance === undefined ? nothing : remainsOf(host, maintenance, sight);
  const packages = ['kubeadm', 'kubelet', 'kubectl'].some((name) => {
    const installed = host.packages.get(name);
    return installed === undefined || installed.status !== 'installed' || upstream(installed.version) !== version;
  });
  const offered = repositoryMinor(host);
  const repository = offered !== undefined && offered !== minorText(version);
  const { etcd } = sight.wish;
  const image = etcd?.kind === 'upgrade' ? etcd.image : undefined;
  const staticPods = [...host.components.values()].some((each) =>
    each.name === 'etcd' ? image !== undefined && each.image !== image : each.version !== version,
  );
  const kubelet = host.kubelet.running !== version || !isConfigured(host, sight.wish);
  const isMissing = sight.wish.create !== undefined && host.role === 'control-plane' && host.components.size === 0;
  return {
    packages: packages || repository || patches.packages,
    staticPods: staticPods || isMissing,
    kubelet: kubelet || patches.kubelet,
  };
};
