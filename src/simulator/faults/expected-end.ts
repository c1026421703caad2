import { converged } from '../oracle/converged.ts';
import { keptLacks } from '../oracle/kubelets-configured.ts';
import { workloadPods } from '../oracle/reading.ts';
import { becomesNode } from '../oracle/invariant.ts';
import type { SeenHost } from '../oracle/seen-world.ts';
import type { KubeObject } from '../world/world.ts';
import type { Cause } from './cause.ts';
import type { FaultKind } from './fault.ts';
import { impossibleWish } from './impossible-wish.ts';
import type { Struck } from './injector.ts';
import { allWorkersKept, keepsOthersIn, placedNowhere } from './kept-cordons.ts';
import { remains, type Sight } from './remaining.ts';
import { budgetName, finalizer } from './workload-kinds.ts';

export type ExpectedEnd = { readonly end: 'reaches' } | { readonly end: 'blocked'; readonly causes: readonly Cause[] };

type Words = Cause['words'];

const memberWords = (host: SeenHost, { world, wish }: Sight): Words => {
  const id = world.etcd.members.find((member) => member.host === host.name)?.id;
  const named = [host.name, host.address, ...(id === undefined ? [] : [id])];
  // Who is only asked to take a node out or to give one back asks no member: etcd says itself that it takes nothing more.
  const isAsked =
    wish.nodes === undefined && !['drain', 'cordon', 'uncordon'].includes(wish.maintenance?.operation ?? '');
  if (!isAsked && world.etcd.hasQuorum())
    return [
      ['etcd'],
      [...named, 'space exceeded', 'corrupt cluster', 'active alarm', 'no leader', 'timed out', 'API server'],
    ];
  // Without a quorum nothing can be asked that would tell which member it is.
  return world.etcd.hasQuorum() ? [['etcd'], named] : [[...named, 'etcd', 'API server', 'connect to the server']];
};

/** Pods of a kind on nodes whose kubelet is still to be replaced: they are what a drain waits for. */
const stuckPods = (sight: Sight, stuck: (pod: ReturnType<typeof workloadPods>[number]) => boolean): readonly string[] =>
  [...sight.world.hosts.values()]
    .filter((host) => remains(host, sight).kubelet)
    .flatMap(({ name }) => workloadPods(sight.world, name))
    .filter(stuck)
    .map(({ metadata }) => metadata.name);

interface BudgetFields {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Record<string, string> } };
}

const budgeted = (sight: Sight): readonly string[] => {
  const budget: (KubeObject & BudgetFields) | undefined = sight.world.objects
    .list('PodDisruptionBudget')
    .find(({ metadata }) => metadata.name === budgetName);
  const wanted = Object.entries(budget?.spec?.selector?.matchLabels ?? {});
  return stuckPods(
    sight,
    ({ metadata }) =>
      metadata.namespace === budget?.metadata.namespace &&
      wanted.every(([key, value]) => metadata.labels?.[key] === value),
  );
};

type Obstructs = (host: SeenHost, sight: Sight) => Words | undefined;

const fetching =
  (...more: readonly string[]): Obstructs =>
  (host, sight) =>
    remains(host, sight).packages ? [[host.name], ['repository', 'fetch', 'download', 'mirror', ...more]] : undefined;

/** Whether a fault that still holds stands in the way of what is left to do, and how it must be named. */
const obstructions: Readonly<Partial<Record<FaultKind, Obstructs>>> = {
  'node-down': (host, sight) =>
    sight.world.etcd.hasQuorum() ? [[host.name]] : [[host.name, host.address, 'etcd', 'API server']],
  'kubelet-not-coming-back': (host) => {
    if (host.kubelet.running !== undefined) return undefined;
    // After a restart nothing starts its API server: where that is the only one, nobody can say more.
    const isAlone = host.components.get('kube-apiserver')?.state === 'stopped';
    return isAlone
      ? [
          [host.name, host.address],
          ['kubelet', 'Ready', 'refused', 'connect to the server'],
        ]
      : [[host.name], ['kubelet', 'Ready']];
  },
  'image-pull-failing': (host, sight) =>
    remains(host, sight).staticPods ? [[host.name], ['image', 'pull', 'registry']] : undefined,
  // The gates wait for it on every node, whatever is left to do there; where no packages are touched, nobody does.
  'apt-lock-held': (host, { wish: { maintenance, nodes } }) =>
    (nodes?.joins.has(host.name) ?? true) && (maintenance === undefined || maintenance.operation === 'os-patch')
      ? [[host.name], ['lock']]
      : undefined,
  'repository-down': fetching('connect', 'resolve'),
  'download-corrupted': fetching('hash', 'corrupt', 'mismatch'),
  // Where nothing can be written, what is offered cannot be looked up either, however little is left to do.
  // A restore asks for room, on control planes only: of a worker it is told in dash's words that nothing can be written.
  'disk-full': (host, { wish }) => [
    [host.name],
    [
      'space',
      'disk',
      ...(wish.restore === undefined ? [] : [host.role === 'worker' ? 'I/O error' : 'room']),
      ...(wish.etcd === undefined ? [] : ['room']),
    ],
  ],
  'sudo-asks': (host) => [[host.name], ['sudo', 'password', 'root']],
  // A jump may pass unnoticed: where it does not, it is the clock or what is measured by it that has to be named.
  // Through the control plane whose clock is wrong, it is the others that seem silent.
  'clock-jump': (host) => [
    host.role === 'worker' ? [host.name] : [host.name, 'control planes'],
    ['clock', 'time', 'lease', 'expire', 'valid'],
  ],
  'etcd-member-down': memberWords,
  'etcd-lagging': memberWords,
  'etcd-learner': memberWords,
  'etcd-alarm': memberWords,
  // Its own kubelet reports to nobody else: a node that is not heard of is what the others see of it.
  // Of one that joins it is what its kubelet has no certificate from.
  'api-refusing': (host, { wish }) => [
    [host.name, host.address],
    ['API', 'readyz', 'refused', 'connection', 'Ready Unknown'].concat(
      becomesNode(wish, host.name) ? ['TLS Bootstrap'] : [],
    ),
  ],
  'budget-blocks': (_host, sight) => {
    const pods = budgeted(sight);
    return pods.length === 0 ? undefined : [[...pods, budgetName, 'disruption budget']];
  },
  'pod-does-not-terminate': (_host, sight) => {
    const pods = stuckPods(sight, ({ metadata }) => metadata.finalizers?.includes(finalizer) === true);
    return pods.length === 0 ? undefined : [pods];
  },
};

/** What ends a kubeadm at any moment. */
const endsKubeadm: ReadonlySet<FaultKind> = new Set<FaultKind>(['unit-killed', 'node-reboot', 'node-down']);

const staticPodNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/**
 * Whether kubeadm was ended between its two renames: the old manifest is away, the new one not there, and kubeadm itself
 * refuses until a person has put it back (observed.md, 1). Without it the node's kubelet may have no API server to
 * report to.
 */
const lacksManifest = ({ role, power, files }: SeenHost): boolean =>
  role === 'control-plane' &&
  power === 'up' &&
  staticPodNames.some((name) => files.stat(`/etc/kubernetes/manifests/${name}.yaml`) === undefined);

const lastingFaults = (struck: readonly Struck[], sight: Sight): readonly Cause[] =>
  struck.flatMap(({ fault, host: name, active }) => {
    const host = sight.world.hosts.get(name ?? '');
    if (fault.kind === 'person-cordons' && host !== undefined && (keepsOthersIn(host, sight) || placedNowhere(sight)))
      return [{ kind: fault.kind, host: name, words: [[host.name], ['cordoned']] }];
    if (fault.kind === 'person-cordons' && allWorkersKept(sight))
      return [{ kind: fault.kind, host: name, words: [['cordoned', 'disruption budget', 'evict']] }];
    const isLeaving = sight.wish.nodes?.leaves.has(name ?? '') === true;
    if (
      sight.wish.restore === undefined &&
      sight.wish.create === undefined &&
      !isLeaving &&
      endsKubeadm.has(fault.kind) &&
      host !== undefined &&
      lacksManifest(host)
    )
      return [{ kind: fault.kind, host: name, words: [[host.name], ['manifest', 'API server', '/readyz']] }];
    if (!active || fault.permanent !== true || host === undefined) return [];
    const words = obstructions[fault.kind]?.(host, sight);
    return words === undefined ? [] : [{ kind: fault.kind, host: name, words }];
  });

/** What stands in the way of what is left to do: permanent faults that have come, and the wish itself. */
export const causes = (struck: readonly Struck[], sight: Sight): readonly Cause[] => [
  ...impossibleWish(sight),
  ...lastingFaults(struck, sight),
];

/**
 * How a run must end from here, told by the faults that have come and by the model's state alone: asked once everything
 * temporary has passed. `blocked`: a run that stops is right; one that ends well may have needed none of it.
 */
export const expectedEnd = (struck: readonly Struck[], sight: Sight): ExpectedEnd => {
  const found = causes(struck, sight);
  return found.length === 0 ? { end: 'reaches' } : { end: 'blocked', causes: found };
};

/** How a run ended, as an operator sees it. */
export interface SeenEnd {
  readonly outcome: 'done' | 'failed' | 'blocked' | 'interrupted' | 'outside-window';
  /** All that it printed, or wrote into its failure: message, state, next. */
  readonly text: string;
  /** When its last look at the whole cluster began: what came up later it could not see. */
  readonly lookedAt: number;
}

/** So long the API may go on showing a node and its pods as they were (node-monitor-grace-period, 1.32 and later). */
const graceMs = 50_000;

const isNamed = (text: string, { words }: Cause): boolean =>
  words.every((group) => group.some((word) => text.includes(word.toLowerCase())));

/** Workers that a restore does without: something has befallen them, and the operator was told which they are. */
const leftOut = ({ text }: SeenEnd, struck: readonly Struck[], { world, wish }: Sight): readonly string[] =>
  wish.restore === undefined
    ? []
    : struck.flatMap(({ host }) =>
        host !== undefined && world.hosts.get(host)?.role === 'worker' && text.includes(`/${host}: left out`)
          ? [host]
          : [],
      );

/**
 * Hosts that the run had no reason to look after: who replaces one member does not care for what befell others for good,
 * and where nodes leave or join nobody looks at the others but where something depends on them.
 */
const unasked = (struck: readonly Struck[], { wish: { etcd, nodes } }: Sight): readonly string[] =>
  struck.flatMap(({ fault, host, active }) => {
    if (!active || host === undefined) return [];
    const beside = etcd?.kind === 'replace' && fault.permanent === true && host !== etcd.node;
    const unnamed = nodes !== undefined && !nodes.leaves.has(host) && !nodes.joins.has(host);
    return beside || unnamed ? [host] : [];
  });

/** What is wrong with an end, a line each; empty when it is right. */
export const judgeEnd = (end: SeenEnd, struck: readonly Struck[], sight: Sight): readonly string[] => {
  if (end.outcome === 'done') {
    const shown = end.lookedAt - graceMs;
    const late = new Set(
      struck.flatMap(({ fault, at, host }) => (host !== undefined && at + (fault.lastsMs ?? 0) >= shown ? [host] : [])),
    );
    return (sight.lacks?.() ?? converged(sight.world, sight.wish, sight.found))
      .filter(
        (lack) =>
          ![...late, ...leftOut(end, struck, sight), ...unasked(struck, sight)].some((host) => lack.includes(host)),
      )
      .map((lack) => `the run said that it was done: ${lack}`);
  }
  const expected = expectedEnd(struck, sight);
  const lasting = struck.some(({ fault, active }) => active && fault.permanent === true);
  if (!lasting) {
    const left = keptLacks(sight.world, sight.wish, sight.found.kubeletFiles);
    if (left.length > 0) return left.map((lack) => `the run stopped (${end.outcome}), and did not take back: ${lack}`);
  }
  if (expected.end === 'reaches') return [`the run stopped (${end.outcome}), and nothing stands in its way`];
  const text = end.text.toLowerCase();
  if (expected.causes.some((cause) => isNamed(text, cause))) return [];
  return [
    `the run stopped (${end.outcome}) without naming its cause: ${expected.causes
      .map(
        ({ kind, host, words }) =>
          `${kind} of ${host ?? '?'} (${words.map((group) => group.join(' or ')).join(', and ')})`,
      )
      .join('; ')}`,
  ];
};
