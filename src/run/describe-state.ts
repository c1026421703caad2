import { valueOf } from '../facts/fact.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { packages, type Packages } from '../facts/packages.ts';
import { controlPlanes } from '../model/cluster.ts';
import type { Observed } from '../model/observed.ts';
import { observeCluster, observeNode } from './observe.ts';
import type { Session } from './session.ts';

const nodeLine = ({ name, ready, kubeletVersion, unschedulable, cordonedBy }: NodeObject): string => {
  const cordoned = unschedulable
    ? `, cordoned by ${cordonedBy === undefined ? 'someone else' : `run ${cordonedBy}`}`
    : '';
  return `${name}: ${ready === 'True' ? 'Ready' : `Ready ${ready}`}, kubelet ${kubeletVersion}${cordoned}`;
};

const packagesLine = (node: string, { installed, audit }: Packages): string => {
  const states = ['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => {
    const state = installed[name];
    return state === undefined ? [] : [`${name} ${state.version}${state.held ? ' held' : ' NOT held'}`];
  });
  return `${node}: ${states.join(', ')}${audit === '' ? '' : '; dpkg --audit is not empty'}`;
};

/** A kubelet that does not run starts nothing again: neither its etcd, nor its API server. */
const stoppedKubelet = (node: string, seen: Observed<unknown> | undefined): readonly string[] => {
  if (seen?.kind === 'unavailable') return [`${node}: ${seen.why}`];
  const unit = valueOf(kubeletUnit, seen);
  if (unit === undefined || unit.active) return [];
  return [`${node}: its kubelet does not run (${unit.subState}, the last time it ended with ${unit.result})`];
};

/** How the cluster stands, a line each: for the message of a run that stopped. Looks only. */
export const describeState = async (session: Session, node: string | undefined): Promise<readonly string[]> => {
  const sight = await observeCluster(session, [nodes]);
  const all = valueOf(nodes, sight.observations.get(nodes.key));
  const head = all?.map(nodeLine) ?? ['no control plane answers: the API server may be down'];
  const suspects = new Set([
    ...(all === undefined ? controlPlanes(session.cluster).map(({ name }) => name) : []),
    ...(node === undefined ? [] : [node]),
  ]);
  const looks = await Promise.all(
    Array.from(suspects, async (name) => {
      const seen = await observeNode(session, name, name === node ? [kubeletUnit, packages] : [kubeletUnit]);
      const has = valueOf(packages, seen.get(packages.key));
      return {
        stopped: stoppedKubelet(name, seen.get(kubeletUnit.key)),
        installed: has === undefined ? [] : [packagesLine(name, has)],
      };
    }),
  );
  return [...head, ...looks.flatMap(({ stopped }) => stopped), ...looks.flatMap(({ installed }) => installed)];
};
