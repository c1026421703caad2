import { gunzipSync, gzipSync } from 'node:zlib';
import { readFileSync, writeFileSync } from 'node:fs';
import { hashOf } from './hash.ts';
import type { LabState } from './state.ts';

export interface RecordedNode {
  readonly name: string;
  readonly address: string;
  readonly role: 'control-plane' | 'worker';
}

/** The first line of a recording. */
export interface RecordingHead {
  readonly kind: 'head';
  readonly format: 1;
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly cluster: string;
  readonly nodes: readonly RecordedNode[];
  readonly from: string;
  readonly to: string;
  /** What the mirror offered; those two where it is not said. */
  readonly offered?: readonly string[];
  /** What the nodes are made of: `uname -r`, os-release's PRETTY_NAME, containerd, apt, systemd, sudo. */
  readonly software: Readonly<Record<string, string>>;
}

/** A text that a node's file or a ConfigMap had, by its hash: what is needed to build that state again. */
export interface RecordedText {
  readonly kind: 'text';
  readonly hash: string;
  readonly text: string;
}

export interface RecordedState {
  readonly kind: 'state';
  readonly id: number;
  readonly state: LabState;
}

/** What no probe sees and the command meets: made by hand in the lab, and by the same name in the simulator. */
export type Given =
  'lock-frontend-held' | 'lists-lock-held' | 'epoch-lock-held' | 'sudo-asks' | 'repository-down' | 'api-server-stopped';

/** At which words in its output the command, run as a unit, got SIGKILL. */
export interface KilledAt {
  readonly output: string;
}

/** One line that a node's shell got, or a unit with all that was asked about it. */
export interface RecordedPair {
  readonly kind: 'pair';
  readonly id: number;
  /** The case, or `dry run`, `upgrade`. */
  readonly of: string;
  readonly node: string;
  readonly effect: 'read' | 'scratch' | 'write';
  /** As the node's shell got it. */
  readonly line: string;
  /** Absent where there was none. */
  readonly stdin?: string;
  /** A unit's start line has the line that follows its output from its beginning. */
  readonly follow?: string;
  readonly given?: readonly Given[];
  readonly killedAt?: KilledAt;
  /** Exit code; a unit's own where it was followed. Text where it ended without one. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds, on the lab's machine: proportions only. */
  readonly ms: number;
  readonly before: number;
  /** Absent for what changes nothing, and where something else was changing the state at that time. */
  readonly after?: number;
  /** Milliseconds between the end and the look that found `after`. */
  readonly settledMs?: number;
}

export type RecordedLine = RecordingHead | RecordedText | RecordedState | RecordedPair;

export interface Recording {
  readonly head: RecordingHead;
  readonly texts: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<number, LabState>;
  readonly pairs: readonly RecordedPair[];
}

/** JSON lines, gzipped. */
export const writeRecording = (file: string, lines: readonly RecordedLine[]): void =>
  writeFileSync(file, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 }));

/** Sorts the lines of a recording by what they are. @throws Error where it does not begin with its head. */
export const asRecording = (lines: readonly RecordedLine[], from: string): Recording => {
  const [head] = lines;
  if (head?.kind !== 'head') throw new Error(`${from} is no recording: its first line is no head`);
  // An empty file has no line of its own.
  const texts = new Map([[hashOf(''), '']]);
  const states = new Map<number, LabState>();
  const pairs: RecordedPair[] = [];
  for (const line of lines) {
    if (line.kind === 'text') texts.set(line.hash, line.text);
    if (line.kind === 'state') states.set(line.id, line.state);
    if (line.kind === 'pair') pairs.push(line);
  }
  return { head, texts, states, pairs };
};

/** @throws Error where the file is missing, or no recording. */
export const readRecording = (file: string): Recording => {
  const text = gunzipSync(readFileSync(file)).toString('utf8').trimEnd();
  const lines = text.split('\n').map((line): RecordedLine => JSON.parse(line));
  return asRecording(lines, file);
};
