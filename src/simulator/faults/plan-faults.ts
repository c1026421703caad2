import type { Random } from '../random.ts';
import { isConnectionKind } from './connection-kinds.ts';
import { faultKinds, type Fault, type FaultKind, type Moment, type When } from './fault.ts';
import { drawLasting } from './kind.ts';
import { kinds } from './kinds.ts';

/** Where faults can come, and about how long an undisturbed run is: drawn numbers beyond that never come. */
export interface Topology {
  readonly controlPlanes: readonly string[];
  readonly workers: readonly string[];
  /** Commands that an undisturbed run sends. */
  readonly commands: number;
  readonly journals: number;
  readonly durationMs: number;
}

export interface PlanOptions {
  /** Only these kinds. */
  readonly only?: readonly FaultKind[];
  /** How likely a plan is to hold a fault for good. */
  readonly permanentChance?: number;
  readonly most?: number;
}

/** The journal boundary is where a killed program hurts most; only programs know of journals. */
const atJournal = new Set<FaultKind>(['program-killed', 'program-paused', 'second-operator']);

const drawWhen = (random: Random, kind: FaultKind, topology: Topology): When => {
  // A program that is stopped between its last question and a write finds another world when it goes on.
  const atCommand = kind === 'program-paused' && random.chance(0.5);
  if (atJournal.has(kind) && !atCommand) return { journal: random.between(1, topology.journals) };
  if (!atCommand && !isConnectionKind(kind) && random.chance(0.25))
    return { atMs: random.between(0, topology.durationMs) };
  return { command: random.between(1, topology.commands) };
};

const drawMoment = (random: Random, kind: FaultKind, when: When): Moment => {
  if (isConnectionKind(kind))
    return kind === 'connection-lost-before' ? 'before' : kind === 'connection-lost-during' ? 'during' : 'after';
  if ('journal' in when) return random.pick(['before', 'after'] as const);
  return 'atMs' in when ? 'during' : random.pick(['before', 'during', 'after'] as const);
};

const drawWhere = (random: Random, kind: FaultKind, topology: Topology): string | undefined => {
  if (isConnectionKind(kind)) return undefined;
  const { befalls } = kinds[kind];
  const all = [...topology.controlPlanes, ...topology.workers];
  if (befalls === 'none') return undefined;
  if (befalls === 'control-plane') return random.pick(topology.controlPlanes);
  return random.pick(befalls === 'worker' && topology.workers.length > 0 ? topology.workers : all);
};

const drawDelay = (random: Random, kind: FaultKind): number =>
  // A pause is longer than any lease; everything else lands inside a command, seldom a long one.
  kind === 'program-paused'
    ? random.between(90_000, 900_000)
    : random.pick([random.below(100), random.below(2000), random.below(60_000)]);

const drawFault = (random: Random, kind: FaultKind, topology: Topology, permanent: boolean): Fault => {
  const when = drawWhen(random, kind, topology);
  const where = drawWhere(random, kind, topology);
  const lasts = isConnectionKind(kind) ? undefined : kinds[kind].lasts;
  const fault = {
    kind,
    when,
    moment: drawMoment(random, kind, when),
    ...(where === undefined ? {} : { where }),
    delayMs: drawDelay(random, kind),
    choice: random.below(1000),
  };
  const lasting = lasts === undefined ? undefined : drawLasting(random, lasts);
  if (permanent) return { ...fault, permanent: true };
  return lasting === undefined ? fault : { ...fault, lastsMs: lasting };
};

const mayLast = (kind: FaultKind): boolean => !isConnectionKind(kind) && kinds[kind].permanent === true;

/**
 * None to four faults, the same for the same seed, at most one of a kind on a host, at most one of them for good:
 * which cause a run must name is then never in doubt.
 */
export const planFaults = (random: Random, topology: Topology, options: PlanOptions = {}): readonly Fault[] => {
  const { only = faultKinds, permanentChance = 0.25, most = 4 } = options;
  const wanted = random.between(0, most);
  const faults: Fault[] = [];
  if (wanted > 0 && only.some(mayLast) && random.chance(permanentChance))
    faults.push(drawFault(random, random.pick(only.filter(mayLast)), topology, true));
  for (let drawn = faults.length; drawn < wanted; drawn += 1) {
    const fault = drawFault(random, random.pick(only), topology, false);
    const again = faults.some(({ kind, where }) => kind === fault.kind && where === fault.where);
    if (!again || isConnectionKind(fault.kind)) faults.push(fault);
  }
  return faults;
};
