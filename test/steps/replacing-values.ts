import type { EtcdAnswer } from '../../src/facts/etcd-here.ts';
import type { EtcdMember } from '../../src/facts/etcd-members.ts';
import type { EtcdOnNode, ReplacementMark } from '../../src/facts/etcd-on-node.ts';
import type { EtcdEndpointStatus } from '../../src/facts/etcd-status.ts';
import { onControlPlane, health, member, status } from './values.ts';
import { etcdHereAt } from './restore-values.ts';

/** The node whose member is lost, that member's ID in hexadecimal, and what its replacement is called. */
export const onLost = onControlPlane('paris-cp2');
export const lostId = '3e9';
export const replacement = `1-${lostId}`;
export const lostUrl = 'https://172.31.0.12:2380';
export const initialCluster =
  'paris-cp1=https://172.31.0.11:2380,paris-cp2=https://172.31.0.12:2380,paris-cp3=https://172.31.0.13:2380';

/** Its data are gone and its etcd crashes; nothing was done yet. */
export const lostThere: EtcdOnNode = {
  replacements: [],
  manifest: 'here',
  restoring: false,
  flags: { name: 'paris-cp2', 'data-dir': '/var/lib/etcd', 'initial-advertise-peer-urls': lostUrl },
  processes: [4711],
  hasMember: false,
  base: '/var/lib/etcd-nodeops-restores',
  availableBytes: 10 * 1024 ** 3,
};
const at = (marks: readonly ReplacementMark[], change: Partial<EtcdOnNode> = {}): EtcdOnNode => ({
  ...lostThere,
  replacements: marks.length === 0 ? [] : [{ name: replacement, marks }],
  ...change,
});
const awayAt = (...marks: ReplacementMark[]): EtcdOnNode => at(marks, { manifest: 'away', processes: [] });
const backFlags = { ...lostThere.flags, 'initial-cluster': initialCluster, 'initial-cluster-state': 'existing' };
const backAt = (...marks: ReplacementMark[]): EtcdOnNode => at(marks, { flags: backFlags, hasMember: true });

const others = [member(0), member(2)];
const othersStatus = [status(0), status(2)];
const othersHealth = [health(0), health(2)];
/** Added, and not started yet: etcd knows no name and no client address of it. */
export const learner: EtcdMember = {
  id: '2000',
  name: '',
  peerUrls: [lostUrl],
  clientUrls: [],
  learner: true,
  started: false,
};
export const startedLearner: EtcdMember = member(1, { id: '2000', learner: true });
export const voter: EtcdMember = member(1, { id: '2000' });
export const newHere: EtcdAnswer = { here: etcdHereAt({ memberId: '2000', clusterId: '77', learner: true }) };
export const newStatus: EtcdEndpointStatus = status(1, { memberId: '2000', learner: true });

const silent: EtcdAnswer = { why: 'etcd does not run on this control plane' };
const told = (members: readonly EtcdMember[], there: EtcdOnNode, here: EtcdAnswer = silent) => ({
  there,
  here,
  members,
  health: othersHealth,
  status: othersStatus,
  alarms: [],
});

/** The replacement at every point of it, in order. */
export const stages = {
  lost: { ...told([member(0), member(1), member(2)], lostThere), health: [...othersHealth, health(1, false)] },
  ending: told([member(0), member(1), member(2)], { ...awayAt('begun'), processes: [4711] }),
  stopped: told([member(0), member(1), member(2)], awayAt('begun')),
  removed: told(others, awayAt('begun')),
  aside: told(others, awayAt('begun', 'aside')),
  added: told([...others, learner], awayAt('begun', 'aside')),
  starting: told([...others, learner], backAt('begun', 'aside')),
  started: {
    ...told([...others, startedLearner], backAt('begun', 'aside'), newHere),
    status: [...othersStatus, newStatus],
  },
  promoted: {
    ...told([...others, voter], backAt('begun', 'aside'), newHere),
    status: [...othersStatus, newStatus],
    health: [...othersHealth, health(1)],
  },
} as const;
export type Stage = keyof typeof stages;

/** What a step says at each point, in one word. */
export const wordsOf = (check: (seen: (typeof stages)[Stage]) => { readonly kind: string }) =>
  Object.fromEntries(Object.entries(stages).map(([name, seen]) => [name, check(seen).kind]));
