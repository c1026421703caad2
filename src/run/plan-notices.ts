import { evictable, podName } from '../drain/evictable-pods.ts';
import { drainModes, isSpared } from '../drain/mode.ts';
import type { NodeObject } from '../facts/nodes.ts';
import type { PodObject } from '../facts/pods.ts';
import { drainPrediction, foreseenTimes } from '../gates/drain-prediction.ts';
import { controlPlanes, type Cluster } from '../model/cluster.ts';
import { stepsOf, type Plan } from '../model/plan.ts';
import { parseVersion } from '../model/version.ts';
import type { Hop } from '../playbook/bind.ts';
import type { World } from '../plan/world.ts';
import { stepsOfPhases, type BoundPhase } from '../steps/bound.ts';
import { drainNode } from '../steps/drain-node.ts';

const losing = (all: readonly PodObject[], nodeNames: readonly string[]): readonly string[] =>
  evictable(all)
    .filter(({ node, emptyDirs }) => emptyDirs.length > 0 && node !== undefined && nodeNames.includes(node))
    .map((pod) => `${podName(pod)} (${pod.emptyDirs.join(', ')}) on ${pod.node ?? ''}`);

/** Nodes whose kubelet goes to another version beneath their pods. */
const sparedIn = (cluster: Cluster, { parameters }: Plan, nodes: readonly NodeObject[]): readonly string[] => {
  const { version: wanted, drain } = parameters;
  const osPatch = parameters['osPatch'] === true;
  const version = typeof wanted === 'string' ? parseVersion(wanted) : undefined;
  const mode = drainModes.find((each) => each === drain);
  if (version === undefined) return [];
  return nodes
    .filter(({ name }) => cluster.nodes.some((node) => node.name === name))
    .filter((node) => node.kubeletVersion !== version && isSpared(node, nodes, { mode, version, osPatch }))
    .map(({ name }) => name);
};

/** What the operator should know before saying yes. */
export const noticesFor = (
  cluster: Cluster,
  plan: Plan,
  { nodes, pods }: { readonly nodes: readonly NodeObject[]; readonly pods: readonly PodObject[] },
): readonly string[] => {
  const drained = plan.phases.flatMap(({ lanes }) =>
    lanes.flatMap(({ node, items }) => (node !== undefined && drains(items) ? [node] : [])),
  );
  const lost = losing(pods, drained);
  const spared = sparedIn(cluster, plan, nodes);
  const members = controlPlanes(cluster).length;
  // An etcd elsewhere loses no member with a control plane.
  const mostAffected = cluster.etcdHosts === undefined ? 2 : 1;
  const outage =
    members <= mostAffected && controlPlanes(cluster).some(({ name }) => [...drained, ...spared].includes(name));
  return [
    ...(outage
      ? [
          `${cluster.name} has ${members === 1 ? 'one control plane' : 'two control planes, which tolerate no loss'}: its API is away for some minutes in between; what runs goes on running`,
        ]
      : []),
    ...(spared.length === 0
      ? []
      : [
          `${spared.join(', ')} ${spared.length === 1 ? 'is' : 'are'} not drained (--drain ${String(plan.parameters['drain'])}): what runs there is restarted if its new kubelet has to`,
        ]),
    ...(lost.length === 0 ? [] : [`these pods lose the data of their emptyDir: ${lost.join(', ')}`]),
  ];
};

const drains = (items: Plan['phases'][number]['lanes'][number]['items']): boolean =>
  stepsOf(items).some(({ step, verdict }) => step === drainNode.id && verdict.kind !== 'satisfied');

/** Of the first hop: how long its drains take. */
export const drainTimes = (phases: readonly BoundPhase[], world: World): readonly string[] => {
  const gate = stepsOfPhases(phases).find(({ id }) => id === drainPrediction.id);
  const text = gate === undefined ? undefined : foreseenTimes(gate.with, (fact) => world.get(gate.on, fact));
  return text === undefined ? [] : [text];
};

/** Workers that go to another version than the control planes do meanwhile. */
export const goingFurtherTold = (way: readonly Hop[], nodes: readonly NodeObject[]): readonly string[] => {
  const told = new Set<string>();
  return way.flatMap(({ version, further }) =>
    Object.entries(further).flatMap(([name, to]) => {
      if (told.has(name) || nodes.find((node) => node.name === name)?.kubeletVersion === to) return [];
      told.add(name);
      return [
        `${name} goes straight back to ${to}, before the control planes go to ${version}: it left that out on the way up, and a kubelet is never newer than its API server`,
      ];
    }),
  );
};
