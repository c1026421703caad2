import { valueOf } from '../facts/fact.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { packages, type Packages } from '../facts/packages.ts';
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

/** How the cluster stands, a line each: for the message of a run that stopped. Looks only. */
export const describeState = async (session: Session, node: string | undefined): Promise<readonly string[]> => {
  const sight = await observeCluster(session, [nodes]);
  const all = valueOf(nodes, sight.observations.get(nodes.key));
  const lines = all === undefined ? ['no control plane answers: the API server may be down'] : all.map(nodeLine);
  if (node === undefined) return lines;
  const installed = valueOf(packages, (await observeNode(session, node, [packages])).get(packages.key));
  return installed === undefined ? lines : [...lines, packagesLine(node, installed)];
};
