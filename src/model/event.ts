import type { StepDrift } from './drift.ts';
import type { Exit } from './exit.ts';
import type { Effect, Lifetime } from './command.ts';
import type { ProbeChange, ProbeRecord } from './probe.ts';
import type { Verdict } from './verdict.ts';
import type { Waivers } from './waivers.ts';

/** How a step ended: nothing to do, done, or left out because its bracket was not needed. */
export type StepOutcome = 'satisfied' | 'done' | 'skipped';

/**
 * `drift`: what was found is not what the saved plan was made for. `outside-window`: the maintenance window is closed, or
 * what is left of it too short for the next node.
 */
export type RunOutcome = 'done' | 'failed' | 'blocked' | 'drift' | 'interrupted' | 'outside-window';

/** How the operator said yes: by typing it (the cluster’s name where it is protected), or by an option. */
export type Confirmation = 'typed yes' | 'typed name' | '--yes' | '--confirm';

/** Why a rollout stopped: everything the operator needs to go on. */
export interface Failure {
  readonly cluster: string;
  readonly node?: string;
  /** The step's address in the plan. */
  readonly address: string;
  readonly step: string;
  /**
   * `failed`: a command or a time limit; `blocked`: a condition that a person must change; `drift`: not as planned;
   * `outside-window`: nothing is wrong, there is no time for more.
   */
  readonly kind: 'failed' | 'blocked' | 'drift' | 'outside-window';
  readonly message: string;
  /** What differs from the saved plan. */
  readonly drift?: StepDrift;
  /** The command line, secrets left out. */
  readonly command?: string;
  readonly exit?: Exit;
  readonly stderrTail?: readonly string[];
  /** What state the cluster is in now, a line each. */
  readonly state: readonly string[];
  /** What to type or do next. */
  readonly next: readonly string[];
}

interface RunStarted {
  readonly type: 'run-started';
  readonly run: string;
  readonly playbook: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly operator: string;
  readonly host: string;
  readonly nodeops: string;
  /** The versions that its nodes ran when it began. */
  readonly from?: readonly string[];
  /** The run that this one goes on with. */
  readonly resumes?: string;
  /** Why the operator does it, in their words. */
  readonly reason?: string;
  readonly confirmedBy?: Confirmation;
  /** The wave that the cluster went with, and who let that begin where somebody had to. */
  readonly wave?: string;
  readonly waveApprovedBy?: 'typed yes' | '--promote';
  /** By gate: why the operator went on whatever it said. */
  readonly waivers?: Waivers;
  /** It goes on whatever the maintenance window says; `reason` says why. */
  readonly ignoresWindow?: true;
  /** The file of the saved plan that the run is held to. */
  readonly savedPlan?: string;
}
interface PhaseStarted {
  readonly type: 'phase-started' | 'phase-finished';
  readonly phase: string;
}
interface StepStarted {
  readonly type: 'step-started';
  readonly address: string;
  readonly step: string;
  readonly title: string;
  readonly node?: string;
}
interface StepObserved {
  readonly type: 'step-observed';
  readonly address: string;
  readonly verdict: Verdict;
}
interface CommandStarted {
  readonly type: 'command-started';
  readonly address: string;
  /** Unique in the run. */
  readonly id: string;
  readonly node: string;
  /** What is typed, secrets left out. */
  readonly line: string;
  readonly effect: Effect;
  readonly lifetime: Lifetime;
}
/** A line that a running command printed. For the screen and the log: never journalled. */
interface CommandOutput {
  readonly type: 'command-output';
  readonly address: string;
  readonly id: string;
  readonly node: string;
  readonly line: string;
}
/** The connection to a running command was lost; it is attached to again from the last byte seen. */
interface CommandLost {
  readonly type: 'command-lost';
  readonly address: string;
  readonly id: string;
  readonly node: string;
  readonly why: string;
}
/** A command of an earlier run was found running when this one began, and was waited for. */
interface CommandAdopted {
  readonly type: 'command-adopted';
  readonly node: string;
  /** The run that had begun it. */
  readonly run: string;
  readonly unit: string;
  readonly line: string;
  readonly exit: Exit;
}
/** This run became the cluster's owner: no other can write to its nodes until it is released, or taken over. */
interface LockAcquired {
  readonly type: 'lock-acquired';
  readonly epoch: number;
  readonly holder: string;
  /** The owner before, where it had not released the cluster itself. */
  readonly from?: string;
  /** Nodes that could not be reached: nothing is written to them until they carry the epoch. */
  readonly leftOut: readonly string[];
  /** False while no API server answered: nodes alone say who owns the cluster until one does. */
  readonly inLease: boolean;
}
/** Another owner took the cluster over: this run sends nothing more. */
interface LockLost {
  readonly type: 'lock-lost';
  readonly epoch: number;
  readonly why: string;
}
interface LockReleased {
  readonly type: 'lock-released';
  readonly epoch: number;
  /** Why the lease could not be emptied; it lapses by itself then. */
  readonly trouble?: string;
}
/** A backup is whole in a place. */
interface BackupStored {
  readonly type: 'backup-stored';
  readonly backup: string;
  readonly place: string;
  readonly bytes: number;
  /** sha256 of its checksums.json, which holds those of all other files: who changes one in the place is found out. */
  readonly sha256: string;
}
/** A backup that nothing said to keep was removed from a place. */
interface BackupRemoved {
  readonly type: 'backup-removed';
  readonly backup: string;
  readonly place: string;
  readonly why: string;
}
/** What is watched went away, or came back, or nobody can see it any more. */
interface ProbeChanged {
  readonly type: 'probe-changed';
  readonly probe: string;
  readonly change: ProbeChange;
}
interface ProbesEnded {
  readonly type: 'probes-ended';
  readonly probes: readonly ({ readonly name: string; readonly url: string } & ProbeRecord)[];
}
interface CommandFinished {
  readonly type: 'command-finished';
  readonly address: string;
  readonly id: string;
  readonly node: string;
  readonly exit: Exit;
  readonly durationMs: number;
  readonly stderrTail: readonly string[];
}
interface StepFinished {
  readonly type: 'step-finished';
  readonly address: string;
  readonly outcome: StepOutcome;
  readonly durationMs: number;
  /** The part of the duration in which a command on a node, or the cluster itself, was awaited. */
  readonly waitedMs: number;
}
interface StepFailed {
  readonly type: 'step-failed';
  readonly address: string;
  readonly durationMs: number;
  readonly failure: Failure;
}
/** Somebody paused the run from outside: no further node is begun. */
interface RunPaused {
  readonly type: 'run-paused';
  /** Who asked, and why. */
  readonly why: string;
}
interface RunContinued {
  readonly type: 'run-continued';
}
interface RunFinished {
  readonly type: 'run-finished';
  readonly outcome: RunOutcome;
  readonly durationMs: number;
  readonly failure?: Failure;
  /** Who stopped it from outside, and why. */
  readonly stoppedBy?: string;
}

export type EventBody =
  | RunStarted
  | PhaseStarted
  | StepStarted
  | StepObserved
  | CommandStarted
  | CommandOutput
  | CommandLost
  | CommandAdopted
  | LockAcquired
  | LockLost
  | LockReleased
  | BackupStored
  | BackupRemoved
  | ProbeChanged
  | ProbesEnded
  | CommandFinished
  | StepFinished
  | StepFailed
  | RunPaused
  | RunContinued
  | RunFinished;

/** Something that happened in one cluster's part of a run. `at` is in milliseconds since the epoch. */
export type Event = { readonly at: number; readonly cluster: string } & EventBody;
