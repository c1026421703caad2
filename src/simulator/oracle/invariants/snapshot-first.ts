import type { WorldEvent } from '../../world/events.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { changesControlPlane, kubeletConfOf, versionedPackages } from '../reading.ts';
import { minorText, upstream } from '../version.ts';

/** What one run has done so far. */
interface Run {
  /** A verified snapshot has come to the operator since the last hop began. */
  covered: boolean;
  /** The minor that this hop goes to, once a package has told it. */
  hop: string | undefined;
  wrote: boolean;
}

const configuration = [
  '/etc/kubernetes/manifests/',
  '/etc/kubernetes/pki/',
  '/etc/apt/',
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/instance-config.yaml',
] as const;

const isConfiguration = (path: string): boolean =>
  configuration.some((start) => path.startsWith(start)) ||
  (path.startsWith('/etc/kubernetes/') && path.endsWith('.conf'));

/** The host whose packages, manifests or configuration an event changed, and the minor that a package went to. */
const written = (
  event: WorldEvent,
): { readonly host: string; readonly what: string; readonly minor?: string } | undefined => {
  if (event.type === 'file-changed')
    return isConfiguration(event.path) ? { host: event.host, what: event.path } : undefined;
  if (event.type === 'kubeadm-started')
    return changesControlPlane(event.command) ? { host: event.host, what: event.command } : undefined;
  // A machine that does not come back takes its member's data along (docs/nodes.md, "os-patch").
  if (event.type === 'host-down') return { host: event.host, what: 'the restart' };
  if (event.type !== 'package-changed') return undefined;
  const write = { host: event.host, what: `package ${event.name}` };
  // The others have versions of their own: kubernetes-cni 1.7.1.
  return event.to !== undefined && versionedPackages.has(event.name)
    ? { ...write, minor: minorText(upstream(event.to)) }
    : write;
};

/** What was lent to a kubelet is given back: its file is again as it was found, and lies beside it meanwhile. */
const isGivenBack = ({ world, found }: Scene, event: WorldEvent): boolean => {
  const path = '/etc/kubernetes/kubelet.conf';
  if (event.type !== 'file-changed' || event.path !== path) return false;
  const host = world.hosts.get(event.host);
  return host !== undefined && kubeletConfOf(host) === found.kubeletConfs.get(host.name);
};

const ask = (scene: Scene, run: Run, event: WorldEvent, id: string): void => {
  const write = isGivenBack(scene, event) ? undefined : written(event);
  if (write === undefined || scene.world.hosts.get(write.host)?.role !== 'control-plane') return;
  // What leaves is no control plane any more once its member has left etcd, and what joins is none yet.
  if (scene.wish.nodes?.leaves.has(write.host) === true || scene.wish.nodes?.joins.has(write.host) === true) return;
  const nextHop = write.minor !== undefined && run.hop !== undefined && write.minor !== run.hop;
  // A new snapshot would have forgotten the hop before it.
  if (nextHop) run.covered = false;
  if (!run.wrote || nextHop) {
    scene.reached();
    if (!run.covered)
      scene.broken(`${write.what} of ${write.host} was written before run ${id} had an etcd snapshot of this hop`);
  }
  run.wrote = true;
  run.hop = write.minor ?? run.hop;
};

/** Pre-staging, the lease and the epoch are no such writes: neither is anything below /var/lib/nodeops. */
export const snapshotFirst: Invariant = {
  number: 6,
  title: 'an etcd snapshot of this run, verified and on the operator’s side, before the first write to a control plane',
  watch: (scene) => {
    const runs = new Map<string, Run>();
    const ofProgram = new Map<number, string>();
    const runOf = (id: string): Run => {
      const known = runs.get(id) ?? { covered: false, hop: undefined, wrote: false };
      runs.set(id, known);
      return known;
    };
    return {
      event: (event) => {
        if (event.actor.kind !== 'nodeops' || scene.wish.mode === 'outage') return;
        const id = event.actor.run ?? ofProgram.get(event.actor.program) ?? `of program ${event.actor.program}`;
        ask(scene, runOf(id), event, id);
      },
      note: (note) => {
        if (note.type === 'journal') ofProgram.set(note.program, note.run);
        if (note.type !== 'snapshot-kept' || !note.verified) return;
        const run = runOf(note.run);
        run.covered = true;
        run.wrote = false;
        run.hop = undefined;
      },
    };
  },
};
