import type { Event } from '../model/event.ts';
import { leaseSeconds } from '../model/lease-time.ts';
import { stepsOf, type PlannedPhase, type PlannedStep } from '../model/plan.ts';
import type { Duration, LaneTime } from '../model/time-ahead.ts';
import { findStep } from '../playbook/known.ts';
import { stepItems, type BoundPhase } from '../steps/bound.ts';

/** How long one step took on a node of a role (`cluster` for the cluster as a whole). */
interface Sample {
  readonly step: string;
  readonly role: string;
  readonly ms: number;
}

/** How long a step takes, by its id and the role of its node. */
export type StepTimes = (step: string, role: string) => Duration;

const second = 1000;
const times = (typical: number, long: number): Duration => ({ typicalMs: typical * second, longMs: long * second });

/**
 * Before a cluster was ever worked on from here. Source: recorded on the lab, 1.35.4 → 1.36.3 on two busy cores
 * (`kubeadm upgrade apply` 157 to 196 s, `upgrade node` of a control plane 119 to 122 s, of a worker 1 s; packages 3 s
 * from a local repository; a control plane's API server back 5 to 28 s after its kubelet, mirror pods up to a minute
 * later); the second number is about twice the longest that was seen.
 */
const firstTimes: Readonly<Record<string, Duration>> = {
  'stage-packages': times(10, 60),
  'stage-images': times(60, 300),
  'apply-upgrade': times(170, 360),
  'upgrade-node control-plane': times(120, 240),
  'upgrade-node worker': times(3, 30),
  'plan-upgrade': times(15, 60),
  'install-packages': times(10, 60),
  'switch-package-repository': times(5, 30),
  'restart-kubelet': times(15, 60),
  'verify-node': times(20, 120),
  'verify-rollouts': times(20, 120),
  'snapshot-etcd': times(5, 60),
  'save-etcd': times(5, 60),
  'put-back-etcd': times(60, 120),
  'switch-etcd-image': times(60, 120),
  'put-back-manifests': times(60, 240),
  'lower-addons': times(10, 60),
  'apply-addon': times(30, 120),
  'defragment-etcd': times(10, 60),
  // A container restarts in seconds; a machine that tests its memory first takes minutes.
  'reboot-node': times(120, 600),
  'verify-restarted-node': times(15, 120),
  'refresh-package-lists': times(10, 60),
  'upgrade-os-packages': times(60, 600),
  'fetch-runtime': times(10, 120),
  'install-runtime': times(20, 240),
  'restart-runtime': times(5, 60),
  'verify-runtime': times(15, 120),
  'restart-certificate-users': times(60, 240),
};
const otherwise = times(3, 10);
/** A drain may take as long as the inventory lets it. */
const firstDrain = (drainTimeoutMs: number): Duration => ({ typicalMs: 30 * second, longMs: drainTimeoutMs });

/**
 * Whoever owns a cluster journals a heartbeat every 20 s: with none for as long as a lease lives the program itself stood
 * still (stopped, or on a laptop that slept), which says nothing of how long a step takes.
 */
const standstillMs = leaseSeconds * 1000;

/** How long the program stood still up to each event, in ms. */
const standstills = (events: readonly Event[]): readonly number[] => {
  let total = 0;
  return events.map(({ at }, index) => {
    const silent = at - (events[index - 1]?.at ?? at);
    if (silent > standstillMs) total += silent;
    return total;
  });
};

const samplesOf = (events: readonly Event[], roleOf: (node: string | undefined) => string): readonly Sample[] => {
  const still = standstills(events);
  const begun = new Map(
    events.flatMap((event, index) => (event.type === 'step-started' ? [[event.address, { event, index }]] : [])),
  );
  return events.flatMap((event, index) => {
    if (event.type !== 'step-finished' || event.outcome === 'skipped') return [];
    const started = begun.get(event.address);
    // What was passed over was never begun. A step that had nothing to do says nothing of one that has; one that only
    // looks has never more to do than that.
    if (started === undefined || (event.outcome === 'satisfied' && findStep(started.event.step)?.assertion !== true))
      return [];
    const stood = Math.max(0, (still[index] ?? 0) - (still[started.index] ?? 0));
    // A clock that was set is no standstill: the step took less than that.
    const ms = stood > event.durationMs ? event.durationMs : event.durationMs - stood;
    return [{ step: started.event.step, role: roleOf(started.event.node), ms }];
  });
};

/** Of two in the middle the longer. `sorted` holds at least one. */
const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? 0;
/** The 90th percentile by the nearest rank: of nine and fewer it is the longest. */
const nineInTen = (sorted: readonly number[]): number => sorted[Math.ceil(0.9 * sorted.length) - 1] ?? 0;

export interface Past {
  /** What was journalled of this cluster, a list for each of its runs of the same playbook. */
  readonly runs: readonly (readonly Event[])[];
  readonly roleOf: (node: string | undefined) => string;
  readonly drainTimeoutMs: number;
}

/**
 * How long steps take on this cluster: median and 90th percentile of what its own runs show, step by step and role by
 * role; careful assumptions for what they do not show.
 */
export const stepTimes = ({ runs, roleOf, drainTimeoutMs }: Past): StepTimes => {
  const samples = runs.flatMap((events) => samplesOf(events, roleOf));
  const seen = new Map(
    [...Map.groupBy(samples, ({ step, role }) => `${step} ${role}`)].map(([key, same]): [string, Duration] => {
      const sorted = same.map(({ ms }) => ms).toSorted((a, b) => a - b);
      return [key, { typicalMs: median(sorted), longMs: nineInTen(sorted) }];
    }),
  );
  return (step, role) =>
    seen.get(`${step} ${role}`) ??
    (step === 'drain-node' ? firstDrain(drainTimeoutMs) : undefined) ??
    firstTimes[`${step} ${role}`] ??
    firstTimes[step] ??
    otherwise;
};

const isOpen = ({ verdict }: PlannedStep): boolean => verdict.kind !== 'satisfied';

/**
 * How long what a plan has ahead takes, lane by lane: the sum of the steps that are not satisfied. The 90th percentiles
 * are added up too, which is more than the lane's own: what is begun has to end.
 */
export const laneTimes = (
  phases: readonly PlannedPhase[],
  bound: readonly BoundPhase[],
  roleOf: (node: string | undefined) => string,
  timesOf: StepTimes,
): readonly LaneTime[] => {
  const quiet = new Set(
    bound.flatMap(({ lanes }) =>
      lanes.flatMap(({ items }) => stepItems(items).flatMap(({ address, step }) => (step.quiet ? [address] : []))),
    ),
  );
  return phases.flatMap(({ name, parallel, lanes }) =>
    lanes.map(({ node, items }) => {
      const open = stepsOf(items).filter(isOpen);
      const each = open.map((step) => timesOf(step.step, roleOf(step.node)));
      return {
        phase: name,
        ...(node === undefined ? {} : { node }),
        parallel,
        touches: open.some(({ assertion, address }) => !assertion && !quiet.has(address)),
        typicalMs: each.reduce((sum, { typicalMs }) => sum + typicalMs, 0),
        longMs: each.reduce((sum, { longMs }) => sum + longMs, 0),
      };
    }),
  );
};

/** How long a plan takes as a whole: its phases one after the other, the lanes of each as far as they go at once. */
export const planTime = (
  phases: readonly PlannedPhase[],
  roleOf: (node: string | undefined) => string,
  timesOf: StepTimes,
): Duration => {
  const lanes = Map.groupBy(laneTimes(phases, [], roleOf, timesOf), ({ phase }) => phase);
  const total = (part: keyof Duration): number =>
    [...lanes.values()].reduce((sum, same) => {
      const each = same.map((lane) => lane[part]);
      const all = each.reduce((a, b) => a + b, 0);
      return sum + Math.max(all / Math.max(1, same[0]?.parallel ?? 1), ...each);
    }, 0);
  return { typicalMs: total('typicalMs'), longMs: total('longMs') };
};

/** The role of a node as a plan knows it; `cluster` for the cluster as a whole. */
export const rolesOf =
  (nodes: readonly { readonly name: string; readonly role: string }[]) =>
  (node: string | undefined): string =>
    nodes.find(({ name }) => name === node)?.role ?? 'cluster';
