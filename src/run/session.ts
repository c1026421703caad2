import { allHosts, controlPlanes, type Cluster, type Node } from '../model/cluster.ts';
import type { CommandResult } from '../model/command.ts';
import type { Observed } from '../model/observed.ts';
import type { ProbeRecord } from '../model/probe.ts';
import { laneKey, type Course, type LaneTime } from '../model/time-ahead.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { BackupPlaces } from '../ports/backup-places.ts';
import type { Cipher } from '../ports/cipher.ts';
import type { Clock } from '../ports/clock.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Prober } from '../ports/prober.ts';
import type { LocalCommands } from '../ports/local-commands.ts';
import type { Transport } from '../ports/transport.ts';
import type { StepTimes } from '../plan/estimate.ts';
import type { Readings } from './parse-once.ts';
import { createTurn, type Turn } from './turn.ts';

/** The hold of a run on its cluster, as everything that writes sees it. */
export interface Ownership {
  readonly epoch: number;
  /** What a person types once it is lost. */
  readonly advice: string;
  /** Takes note where a command was refused because another run owns the node. */
  heard(result: CommandResult): void;
  /** Why this run may write no more; undefined while it may. */
  lost(): string | undefined;
}

/** What a backup needs of the world outside, beside its nodes. */
export interface Storage {
  readonly places: BackupPlaces;
  readonly cipher: Cipher;
  /** For hooks that run on this machine. */
  readonly local: LocalCommands;
  /** The version of nodeops. */
  readonly nodeops: string;
}

/** What is needed to look at a cluster. */
export interface Session {
  readonly cluster: Cluster;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly artifacts: ArtifactStore;
  /** Control-plane node → address of its own API server, as its manifest names it. Filled by observe. */
  readonly endpoints: Map<string, string>;
  /** Observations that stay good for a while, by node and fact. Filled by observe. */
  readonly kept: Map<string, { readonly until: number; readonly observed: Observed<unknown> }>;
  /** What each fact's command printed last, so that only what changed is parsed again. Filled by observe. */
  readonly readings: Readings;
  /** Taken by steps that must not look while another is about to take a node out. */
  readonly turn: Turn;
  /** The control plane whose kubectl is asked first: the last one that answered. */
  preferred?: string;
  /** Nodes that are being worked on: what is about the cluster is asked of another control plane where there is one. */
  readonly inHand: Set<string>;
  /** A step has written something: what only says who owns the cluster does not count. */
  touched?: true;
  /** Where backups go, and how they are encrypted; absent where nothing is stored. */
  readonly storage?: () => Promise<Storage>;
  /** Asks what is watched while a run goes on; absent where nothing is. */
  readonly prober?: () => Promise<Prober>;
  /** What was seen of what is asked, up to now. */
  probes?: { seen(name: string): ProbeRecord };
  /** How long steps take, for plans and for the maintenance window; careful assumptions where it is missing. */
  readonly times?: StepTimes;
  /** What the plan of now has ahead, and what of it is done; where the cluster has a window. Filled by prepare and run. */
  readonly agenda: { ahead?: readonly LaneTime[]; readonly done: Set<string> };
  /**
   * The API comes from another time, or is away: what it says of who owns the cluster counts for nothing, the nodes' own
   * epochs do.
   */
  readonly outage?: boolean;
  /** Absent while nothing is written: only a run that owns the cluster may. */
  readonly ownership?: Ownership;
}

export const createSession = (
  parts: Omit<
    Session,
    'endpoints' | 'kept' | 'readings' | 'turn' | 'preferred' | 'inHand' | 'touched' | 'probes' | 'agenda'
  >,
): Session => ({
  ...parts,
  endpoints: new Map(),
  kept: new Map(),
  readings: new Map(),
  turn: createTurn(),
  inHand: new Set(),
  agenda: { done: new Set() },
});

/** @throws Error when the cluster has no node of that name: a fault of the program, not of the input. */
export const nodeOf = (session: Session, name: string): Node => {
  const node = allHosts(session.cluster).find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`no node ${name} in cluster ${session.cluster.name}`);
  return node;
};

/**
 * Control planes in the order in which they are asked: the one that answered last comes first, one that is being worked
 * on comes last, since its API server is soon to go or has just come.
 */
export const askingOrder = (session: Session): readonly Node[] => byTurn(session, controlPlanes(session.cluster));

const byTurn = ({ preferred, inHand }: Session, nodes: readonly Node[]): readonly Node[] => {
  const weight = ({ name }: Node): number => (inHand.has(name) ? 2 : name === preferred ? 0 : 1);
  return nodes.toSorted((a, b) => weight(a) - weight(b));
};

/** Where etcd is asked, in the same order: on hosts of its own, where it has some. */
export const etcdAskingOrder = (session: Session): readonly Node[] => {
  const { etcdHosts } = session.cluster;
  return etcdHosts === undefined ? askingOrder(session) : byTurn(session, etcdHosts);
};

/** The time, and what of the plan is not done yet. */
export const courseOf = ({ clock, agenda: { ahead, done } }: Session): Course => ({
  now: clock.now(),
  ...(ahead === undefined ? {} : { ahead: ahead.filter((lane) => !done.has(laneKey(lane))) }),
});
