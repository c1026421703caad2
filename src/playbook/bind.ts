import { z } from 'zod';
import { didYouMean } from '../documents/nearest.ts';
import { controlPlanes, etcdHosts, etcdPlaces, workers, type Cluster, type Node } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Subject } from '../model/subject.ts';
import type { Version } from '../model/version.ts';
import type { Waivers } from '../model/waivers.ts';
import type { BoundItem, BoundLane, BoundPhase, BoundStepItem } from '../steps/bound.ts';
import { parallelWorkers } from './order.ts';
import type { BoundStep, Step } from '../steps/step.ts';
import type { Condition } from '../steps/condition.ts';
import { conditionOf } from './condition.ts';
import { withNodeHooks, type Hooking } from './hooks.ts';
import type { Playbook, PlaybookItem, PlaybookPhase } from './schema.ts';
import { bracketOf, stepOf } from './known.ts';

/** Which nodes take part; everything when it names none. */
export interface Selection {
  readonly nodes: readonly string[];
}

/** One minor of a longer way, or all of a short one. */
export interface Hop {
  readonly version: Version;
  readonly first: boolean;
  readonly last: boolean;
  /** The only one: phases are called as the playbook calls them. */
  readonly alone: boolean;
  /** Whether the workers go along in this one. */
  readonly workers: boolean;
  /** By name: nodes that go to another version than the hop's in it. */
  readonly further: Readonly<Record<string, Version>>;
}

export interface Binding {
  readonly cluster: Cluster;
  readonly selection: Selection;
  /** What steps may take without the playbook saying so: the run, its parameters, the inventory's settings. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The one that is bound; missing where the playbook goes nowhere, or nobody knows yet. */
  readonly hop?: Hop;
  /** By gate: why the operator goes on whatever it says. */
  readonly waivers?: Waivers;
}

/** @throws UsageError where the parameter `node` names none of the cluster. */
const namedNode = ({ name: cluster, nodes }: Cluster, { node: name }: Binding['settings']): Node => {
  const found = nodes.find((node) => node.name === name);
  if (found !== undefined) return found;
  const known = nodes.map((node) => node.name);
  throw new UsageError(
    `the parameter node ${JSON.stringify(name)} names no node of ${cluster}: ${didYouMean(String(name), known)}`,
  );
};

const nodesOf = (phase: PlaybookPhase, { cluster, selection, settings }: Binding): readonly Node[] => {
  const [first, ...others] = controlPlanes(cluster);
  const targets: Record<Exclude<PlaybookPhase['on'], 'cluster'>, readonly Node[]> = {
    'every-node': cluster.nodes,
    'first-control-plane': first === undefined ? [] : [first],
    'other-control-planes': others,
    'control-planes': controlPlanes(cluster),
    'etcd-members': etcdPlaces(cluster),
    'etcd-hosts': etcdHosts(cluster),
    workers: workers(cluster),
    'named-node': phase.on === 'named-node' ? [namedNode(cluster, settings)] : [],
  };
  // A host of etcd is no node that could be chosen or left out: it is a part of the whole.
  const taken = ({ name, role }: Node): boolean => role === 'etcd' || selection.nodes.includes(name);
  return phase.on === 'cluster' ? [] : targets[phase.on].filter(taken);
};

/** A phase about the whole makes no sense where only a part takes part. */
const leftOut = ({ requires }: PlaybookPhase, { cluster, selection }: Binding): boolean => {
  if (requires === undefined) return false;
  const needed = requires === 'every-node' ? cluster.nodes : controlPlanes(cluster);
  return !needed.every(({ name }) => selection.nodes.includes(name));
};

/** Whether a phase belongs to another hop than this one. */
const ofAnotherHop = ({ hops }: PlaybookPhase, { hop }: Binding): boolean => {
  if (hop === undefined || hops === 'every') return false;
  if (hops === 'first') return !hop.first;
  return hops === 'last' ? !hop.last : !hop.workers;
};

/** `1.35.4 first control plane`; without hops as the playbook calls it. */
const nameOf = ({ name }: PlaybookPhase, { hop }: Binding): string =>
  hop === undefined || hop.alone ? name : `${hop.version} ${name}`;

const parallelOf = ({ on, parallel }: PlaybookPhase, cluster: Cluster): number => {
  if (parallel === 'all')
    return (on === 'etcd-members' || on === 'etcd-hosts' ? etcdPlaces(cluster) : cluster.nodes).length;
  return parallel === 'max-unavailable' ? parallelWorkers(cluster) : parallel;
};

interface LaneBinding extends Binding {
  readonly subject: Subject;
  readonly parameters: Playbook['parameters'];
  /** What holds around what is bound. */
  readonly conditions: readonly Condition[];
  readonly prefix: string;
  /** How often each address was given out: a second one gets a number. */
  readonly used: Map<string, number>;
}

const address = ({ prefix, used }: LaneBinding, id: string): string => {
  const plain = `${prefix}/${id}`;
  const count = (used.get(plain) ?? 0) + 1;
  used.set(plain, count);
  return count === 1 ? plain : `${plain}-${count}`;
};

const fillIn = (step: Step, wish: Readonly<Record<string, unknown>>, subject: Subject): BoundStep => {
  try {
    return step.bind(wish, subject);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const problems = error.issues.map(({ path, message }) =>
      String(path[0]) in wish ? `${path.join('.')}: ${message}` : `${path.join('.')} is missing`,
    );
    throw new UsageError(
      `the playbook does not give ${step.id} what it needs: ${problems.join('; ')}\n` +
        '    write it under `with:` of the step, or declare it under `parameters:` and give it with --set',
    );
  }
};

const bindStep = (step: Step, explicit: Readonly<Record<string, unknown>>, lane: LaneBinding): BoundStepItem => {
  const taken = step.parameters.filter((name) => name in lane.settings).map((name) => [name, lane.settings[name]]);
  const subject: Subject = step.subject === 'cluster' ? { kind: 'cluster', cluster: lane.cluster.name } : lane.subject;
  const wish: Readonly<Record<string, unknown>> = { ...Object.fromEntries(taken), ...explicit };
  const bound = fillIn(step, wish, subject);
  const waiver = step.waivable ? lane.waivers?.[step.id] : undefined;
  return {
    kind: 'step',
    address: address(lane, step.id),
    step: { ...bound, conditions: lane.conditions, ...(waiver === undefined ? {} : { waiver }) },
  };
};

/** The same lane, with what `when:` says beside what holds already; undefined where the parameters alone rule it out. */
const wantedWhen = (text: string | undefined, lane: LaneBinding): LaneBinding | undefined => {
  if (text === undefined) return lane;
  const { cluster, subject: on, parameters, settings: values } = lane;
  const condition = conditionOf(text, { cluster, on, parameters, values });
  return condition.ruledOut === true ? undefined : { ...lane, conditions: [...lane.conditions, condition] };
};

/** What a step is given once for each of the inventory's own. */
const eachOf = (
  each: 'cni' | 'addons' | 'backup-hooks' | 'window' | 'external-etcd',
  { cni, addons, backup, window, etcdHosts: hosts }: Cluster,
): readonly Readonly<Record<string, unknown>>[] => {
  if (each === 'backup-hooks') return backup.application.map((hook) => ({ hook }));
  if (each === 'external-etcd') return hosts === undefined ? [] : [{ etcdHosts: hosts.map(({ name }) => name) }];
  if (each === 'window') return window === undefined ? [] : [{ window }];
  return (each === 'addons' ? addons : cni === undefined ? [] : [cni]).map((addon) => ({ addon }));
};

const bindItem = (item: PlaybookItem, around: LaneBinding): readonly BoundItem[] => {
  const lane = wantedWhen(item.when, around);
  if (lane === undefined) return [];
  if ('uses' in item) {
    const step = stepOf(item.uses);
    return item.each === undefined
      ? [bindStep(step, item.with ?? {}, lane)]
      : eachOf(item.each, lane.cluster).map((given) => bindStep(step, { ...item.with, ...given }, lane));
  }
  const { id, enter, exit, onFailure, ofOthers } = bracketOf(item.within);
  // In this order their addresses are numbered.
  const enterItem = bindStep(enter, {}, lane);
  const body = item.steps.flatMap((inner) => bindItem(inner, lane));
  if (body.length === 0) return [];
  return [
    {
      kind: 'bracket',
      bracket: id,
      enter: enterItem,
      body,
      // Whether the enter was ours, it sees itself: what was entered is left, whatever holds by then.
      ...(exit === undefined ? {} : { exit: bindStep(exit, {}, { ...lane, conditions: [] }) }),
      ...(onFailure === undefined ? {} : { onFailure }),
      ...(ofOthers === undefined ? {} : { ofOthers }),
    },
  ];
};

/** With what a node is its own; its own version goes before that of the hop. */
const settingsFor = ({ settings, hop }: Binding, node: Node | undefined): Binding['settings'] => {
  if (node === undefined) return settings;
  const { [node.name]: version } = hop?.further ?? {};
  const own = { version, nodeAddress: node.address, nodeLabels: node.labels, nodeTaints: node.taints };
  return { ...settings, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
};

const hookingOf = (playbook: Playbook, { cluster }: Binding, { run, version }: Binding['settings']): Hooking => ({
  playbook,
  cluster,
  run: typeof run === 'string' ? run : '',
  ...(typeof version === 'string' ? { to: version } : {}),
});

const bindLane = (phase: PlaybookPhase, playbook: Playbook, binding: Binding, node?: Node): BoundLane => {
  const { parameters } = playbook;
  const cluster = binding.cluster.name;
  const subject: Subject =
    node === undefined
      ? { kind: 'cluster', cluster }
      : { kind: 'node', cluster, node: node.name, role: node.role, kubeadm: node.kubeadm };
  const name = nameOf(phase, binding);
  const prefix = node === undefined ? name : `${name}/${node.name}`;
  const settings = settingsFor(binding, node);
  const own = { settings, subject, parameters, prefix: prefix.replaceAll(' ', '-') };
  const lane = wantedWhen(phase.when, { ...binding, ...own, conditions: [], used: new Map() });
  const items = lane === undefined ? [] : phase.steps.flatMap((item) => bindItem(item, lane));
  if (node === undefined) return { items };
  return withNodeHooks({ node: node.name, items }, hookingOf(playbook, binding, settings), subject, own.prefix);
};

/**
 * Fills a playbook in for one cluster: nodes selected and ordered, steps looked up, parameters given. A step takes the
 * settings that its schema names; what the playbook says under `with` goes before them.
 * @throws UsageError when a step's parameters do not fit; loadPlaybook has ruled out the rest.
 */
export const bindPlaybook = (playbook: Playbook, binding: Binding): readonly BoundPhase[] =>
  playbook.phases
    .filter((phase) => !leftOut(phase, binding) && !ofAnotherHop(phase, binding))
    .map((phase) => ({
      name: nameOf(phase, binding),
      parallel: parallelOf(phase, binding.cluster),
      ...(phase.order === undefined ? {} : { order: phase.order }),
      ...(phase.always ? { always: true as const } : {}),
      lanes:
        phase.on === 'cluster'
          ? [bindLane(phase, playbook, binding)]
          : nodesOf(phase, binding).map((node) => bindLane(phase, playbook, binding, node)),
    }))
    .filter(({ lanes }) => lanes.some(({ items }) => items.length > 0));
