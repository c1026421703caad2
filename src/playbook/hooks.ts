import { didYouMean } from '../documents/nearest.ts';
import { controlPlanes, type Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { HookedOutcome } from '../model/hook-message.ts';
import type { MaintenanceHook } from '../model/maintenance-hook.ts';
import type { Subject } from '../model/subject.ts';
import {
  stepItems,
  type BoundBracket,
  type BoundItem,
  type BoundLane,
  type BoundPhase,
  type BoundStepItem,
} from '../steps/bound.ts';
import { runAfterCluster } from '../steps/run-after-cluster.ts';
import { runAfterNode } from '../steps/run-after-node.ts';
import { runBeforeCluster } from '../steps/run-before-cluster.ts';
import { runBeforeNode } from '../steps/run-before-node.ts';
import type { Step } from '../steps/step.ts';
import type { Playbook } from './schema.ts';

/** What of a binding hooks are filled in with. */
export interface Hooking {
  readonly playbook: Pick<Playbook, 'name' | 'mode'> & { readonly hooks: readonly MaintenanceHook[] };
  readonly cluster: Cluster;
  readonly run: string;
  /** The version that is gone to; missing where there is none. */
  readonly to?: string;
}

/** What there is to do beyond looking and tidying up: what the maintenance window holds for, too. */
const touches = ({ items }: BoundLane): boolean => stepItems(items).some(({ step }) => !step.assertion && !step.quiet);

const isTakenOut = (items: readonly BoundItem[]): boolean =>
  items.some((item) => item.kind === 'bracket' && (item.bracket === 'drained' || isTakenOut(item.body)));

/** Those of a playbook are around all that it does; those of an inventory, around nodes that come back from a drain. */
const around = (hooking: Hooking, lane: BoundLane): readonly MaintenanceHook[] => [
  ...(touches(lane) ? hooking.playbook.hooks : []),
  ...(isTakenOut(lane.items) ? ofInventory(hooking) : []),
];

const ofInventory = ({ playbook, cluster }: Hooking): readonly MaintenanceHook[] =>
  playbook.mode === 'rolling' ? (cluster.hooks ?? []) : [];

/** @throws UsageError for a place that is no node of the cluster. */
const placeOf = ({ name, on }: MaintenanceHook, { cluster }: Hooking, subject: Subject) => {
  if (on === 'operator') return { kind: 'operator', directory: cluster.directory ?? '/' };
  if (on === 'control-plane') return { kind: 'control-plane' };
  if (on === 'itself') return { kind: 'node', node: subject.kind === 'node' ? subject.node : '' };
  const known = cluster.nodes.map((node) => node.name);
  if (known.includes(on.node)) return { kind: 'node', node: on.node };
  throw new UsageError(
    `the hook ${name} is to run on ${JSON.stringify(on.node)}, which is no node of ${cluster.name}: ${didYouMean(on.node, ['operator', 'node', 'control-plane', ...known])}`,
  );
};

/** What a hook without that command runs: that it was begun is to be known all the same. */
const nothing = ['true'];

const bound = (
  hook: MaintenanceHook,
  hooking: Hooking,
  subject: Subject,
  step: Step,
  when: 'before' | 'after',
  outcome?: HookedOutcome,
) => {
  const { cluster, run, to, playbook } = hooking;
  const wish = {
    name: hook.name,
    argv: hook[when] ?? nothing,
    place: hook[when] === undefined ? { kind: 'operator', directory: '/' } : placeOf(hook, hooking, subject),
    timeoutMs: hook.timeoutMs,
    playbook: playbook.name,
    ...(to === undefined ? {} : { to }),
    ...(outcome === undefined ? {} : { outcome }),
  };
  return step.bind({ run, hook: wish, controlPlaneNames: controlPlanes(cluster).map(({ name }) => name) }, subject);
};

type Exits = Record<HookedOutcome, BoundStepItem>;

const bracketOf = (
  hook: MaintenanceHook,
  hooking: Hooking,
  subject: Subject,
  prefix: string,
  body: readonly BoundItem[],
): BoundBracket => {
  const item = (step: Step, when: 'before' | 'after', outcome?: HookedOutcome): BoundStepItem => ({
    kind: 'step',
    address: `${prefix}/${step.id}-${hook.name}`,
    step: bound(hook, hooking, subject, step, when, outcome),
  });
  const [before, after] = subject.kind === 'node' ? [runBeforeNode, runAfterNode] : [runBeforeCluster, runAfterCluster];
  const enter = item(before, 'before');
  const bracket = { kind: 'bracket', bracket: `hook ${hook.name}`, enter, body } as const;
  if (hook.after === undefined) return bracket;
  const exits: Exits = {
    done: item(after, 'after', 'done'),
    failed: item(after, 'after', 'failed'),
    stopped: item(after, 'after', 'stopped'),
  };
  return { ...bracket, exit: exits.done, ...(hook.always ? { onFailure: 'exit', instead: exits } : {}) };
};

/** @throws UsageError where two that come together are called the same: neither could be told from the other. */
const distinct = (hooks: readonly MaintenanceHook[], { playbook, cluster }: Hooking): void => {
  const twice = hooks.find(({ name }, index) => hooks.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined)
    throw new UsageError(
      `two hooks are called ${twice.name}, of the playbook ${playbook.name} and the inventory's cluster ${cluster.name} together: rename one of them`,
    );
};

/** A node's lane within the hooks that are about nodes, the first one outermost. @throws UsageError as placeOf does. */
export const withNodeHooks = (lane: BoundLane, hooking: Hooking, subject: Subject, prefix: string): BoundLane => {
  const hooks = around(hooking, lane);
  distinct(hooks, hooking);
  const ofNodes = hooks.filter(({ of }) => of === 'node');
  const items = ofNodes.reduceRight<readonly BoundItem[]>(
    (body, hook) => [bracketOf(hook, hooking, subject, prefix, body)],
    lane.items,
  );
  return ofNodes.length === 0 ? lane : { ...lane, items };
};

const phaseOf = (name: string, items: readonly BoundItem[]): BoundPhase => ({ name, parallel: 1, lanes: [{ items }] });

const beforePhase = (
  { name }: MaintenanceHook,
  { exit: _exit, instead: _instead, ...bracket }: BoundBracket,
): BoundPhase => phaseOf(`before hook ${name}`, [bracket]);

const lanesOf = (item: BoundStepItem): readonly BoundLane[] => [{ items: [item] }];

const afterPhases = ({ name }: MaintenanceHook, { exit, instead }: BoundBracket): readonly BoundPhase[] => {
  if (exit === undefined) return [];
  const phase = phaseOf(`after hook ${name}`, [exit]);
  if (instead === undefined) return [phase];
  return [{ ...phase, always: true, instead: { failed: lanesOf(instead.failed), stopped: lanesOf(instead.stopped) } }];
};

const hooksOf = (hooking: Hooking, { lanes }: BoundPhase): readonly MaintenanceHook[] =>
  lanes.flatMap((lane) => around(hooking, lane)).filter(({ of }) => of === 'cluster');

/**
 * All phases within the hooks that are about the cluster: before the first phase in which something is done that they are
 * for, and at the very end. What only looks comes before them. @throws UsageError as placeOf does.
 */
export const withClusterHooks = (phases: readonly BoundPhase[], hooking: Hooking): readonly BoundPhase[] => {
  const first = phases.findIndex((phase) => hooksOf(hooking, phase).length > 0);
  if (first === -1) return phases;
  const hooks = [...new Set(phases.flatMap((phase) => hooksOf(hooking, phase)))];
  const subject: Subject = { kind: 'cluster', cluster: hooking.cluster.name };
  const brackets = hooks.map((hook) => {
    const lanes = phases.flatMap((phase) => phase.lanes.filter((lane) => around(hooking, lane).includes(hook)));
    const purpose = lanes.flatMap(({ items }) => items);
    return { hook, bracket: { ...bracketOf(hook, hooking, subject, 'hooks', []), purpose } };
  });
  return [
    ...phases.slice(0, first),
    ...brackets.map(({ hook, bracket }) => beforePhase(hook, bracket)),
    ...phases.slice(first),
    ...brackets.toReversed().flatMap(({ hook, bracket }) => afterPhases(hook, bracket)),
  ];
};
