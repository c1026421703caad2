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

const withoutApi = async (session: Session): Promise<readonly string[]> => {
  const stopped = await Promise.all(
    controlPlanes(session.cluster).map(async ({ name }) =>
      stoppedKubelet(name, (await observeNode(session, name, [kubeletUnit])).get(kubeletUnit.key)),
    ),
  );
  return ['no control plane answers: the API server may be down', ...stopped.flat()];
};

/** How the cluster stands, a line each: for the message of a run that stopped. Looks only. */
export const describeState = async (session: Session, node: string | undefined): Promise<readonly string[]> => {
  const sight = await observeCluster(session, [nodes]);
  const all = valueOf(nodes, sight.observations.get(nodes.key));
  const lines = all === undefined ? await withoutApi(session) : all.map(nodeLine);
  if (node === undefined) return lines;
  const seen = await observeNode(session, node, [kubeletUnit, packages]);
  const stopped = stoppedKubelet(node, seen.get(kubeletUnit.key));
  const installed = valueOf(packages, seen.get(packages.key));
  return [
    ...lines,
    ...stopped.filter((line) => !lines.includes(line)),
    ...(installed === undefined ? [] : [packagesLine(node, installed)]),
  ];
};
