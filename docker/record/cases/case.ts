import { kubectlArgv, type ApiPlace } from '../../../src/commands/kubectl.ts';
import { read, write, type CommandOptions } from '../../../src/commands/build.ts';
import type { Command } from '../../../src/model/command.ts';
import type { Given, KilledAt } from '../recording.ts';

/** Which node of the recorded cluster: its only control plane, or one of its workers. */
export type Spot = 'cp1' | 'w1' | 'w2';

/** The cluster that a suite is recorded on. */
export interface Ground {
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  /** `rec-w1` */
  readonly node: (spot: Spot) => string;
  readonly api: ApiPlace;
}

/** A script that is run as root on a node, not recorded: it makes what a case needs, or puts it right again. */
export interface ByHand {
  readonly on: Spot;
  readonly script: string;
}

/** One line to be recorded, with what goes before it and how the state is put right again. */
export interface RecordCase {
  readonly name: string;
  readonly on: Spot;
  readonly line: (ground: Ground) => Command;
  /** Run as a transient unit of this name, and followed to its end. */
  readonly unit?: string;
  readonly prepare?: readonly ByHand[];
  readonly restore?: readonly ByHand[];
  readonly given?: readonly Given[];
  readonly killedAt?: KilledAt;
  /** Only with `killedAt`: what the node runs until it is seen. */
  readonly seen?: string;
  /** How long a calm cluster is waited for after it; 10 s unless said. */
  readonly patienceMs?: number;
}

export const asking =
  (...argv: readonly string[]): (() => Command) =>
  () =>
    read(argv);
export const doing =
  (...argv: readonly string[]): (() => Command) =>
  () =>
    write(argv);

/** A question to the API through kubectl on the control plane. */
export const kubectlRead =
  (...args: readonly string[]) =>
  ({ api }: Ground): Command =>
    read(kubectlArgv(api, ...args));

/** The same for what writes; `node` among the words becomes the node's name. */
export const kubectlWrite =
  (words: (ground: Ground) => readonly string[], options: CommandOptions = {}) =>
  (ground: Ground): Command =>
    write(kubectlArgv(ground.api, ...words(ground)), options);

const admin = 'export KUBECONFIG=/etc/kubernetes/admin.conf; ';

export const onControlPlane = (script: string): ByHand => ({ on: 'cp1', script: `${admin}${script}` });
