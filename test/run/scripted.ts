import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../src/commands/quote.ts';
import type { Output } from '../../src/facts/fact.ts';
import type { Cluster, Node, Role } from '../../src/model/cluster.ts';
import type { Command, CommandResult } from '../../src/model/command.ts';
import type { Event } from '../../src/model/event.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Entropy } from '../../src/ports/entropy.ts';
import type { RunOptions, Transport } from '../../src/ports/transport.ts';
import { createEmit } from '../../src/run/emit.ts';
import { createSession, type Session } from '../../src/run/session.ts';
import { readRecorded } from '../facts/recorded.ts';
import { LockWorld, withinFence } from './lock-world.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * Time that passes only where something waits. A wait that can be called off passes none itself: it ends once others
 * have waited for as long.
 */
export class VirtualClock implements Clock {
  time = 1_795_255_170_000;
  slept = 0;
  private sleepers: Sleeper[] = [];
  now(): number {
    return this.time;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal !== undefined) return this.wait(ms, signal);
    this.time += ms;
    this.slept += ms;
    await this.wakeDue();
  }
  private async wakeDue(): Promise<void> {
    const due = this.sleepers.filter((sleeper) => sleeper.due <= this.time);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.due > this.time);
    for (const { wake } of due) wake();
    await Promise.resolve();
    // Whoever woke gets to its next wait before more time passes, journal and all.
    if (due.length > 0) for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  private wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { due: this.time + ms, wake: resolve };
      const callOff = (): void => {
        this.sleepers = this.sleepers.filter((each) => each !== sleeper);
        reject(new Error('the wait was called off', { cause: signal.reason }));
      };
      if (signal.aborted) return callOff();
      signal.addEventListener('abort', callOff, { once: true });
      this.sleepers.push(sleeper);
    });
  }
}

/** Foreseeable, and never the same twice. */
export const countingEntropy = (): Entropy => {
  let given = 0;
  return { token: () => String((given += 1)).padStart(24, '0') };
};

export const makeNode = (name: string, role: Role = 'worker'): Node => ({
  name,
  role,
  ssh: { host: name, port: 22, user: 'ops', identityFiles: [], agent: false, knownHostsFiles: [] },
  become: { method: 'sudo' },
  kubeadm: { ignorePreflightErrors: [] },
});

/** `cp1`, `w1`, `w2`: what begins with `cp` is a control plane. */
export const makeCluster = (...names: readonly string[]): Cluster => ({
  name: 'paris',
  labels: {},
  protected: false,
  operators: [],
  maxUnavailable: { count: 1 },
  drain: { timeoutMs: 600_000, deleteEmptyDirData: false },
  aptLockTimeoutMs: 300_000,
  addons: [],
  compatibility: [],
  probes: [],
  backup: {
    to: [],
    ssh: makeNode('').ssh,
    s3: { pathStyle: false },
    recipients: [],
    keep: {},
    application: [],
  },
  nodes: names.map((name) => makeNode(name, name.includes('cp') ? 'control-plane' : 'worker')),
  source: 'prod.yaml:1',
});

const recordedText = (fact: string, name: string): Output => {
  const path = join(import.meta.dirname, '../facts/recorded', fact, `${name}.txt`);
  return readRecorded(readFileSync(path, 'utf8'), path).output;
};
/** As it was recorded on the lab: so that cluster facts find an API server to ask. */
const manifests = recordedText('static-pods', 'control-plane');

export type Answer = Partial<Output> | 'unanswered';
export type Reply = Partial<CommandResult> | undefined;

export interface Script {
  /** What a fact's command prints on a node, by the fact's key. */
  readonly facts?: (node: string, key: string) => Answer | undefined;
  /** What comes of any other command; without an answer it ends with 0, a detached one too. */
  readonly commands?: (node: string, line: string, options: RunOptions) => Reply | Promise<Reply>;
  /** Before each connection: may throw a ConnectError. */
  readonly connect?: (node: string) => void;
  readonly fetch?: (path: string) => { readonly content: string; readonly code?: number };
}

const done: CommandResult = {
  exit: { kind: 'code', code: 0 },
  stdout: '',
  stderr: '',
  truncated: false,
  durationMs: 1,
};

export const isStart = (line: string): boolean => line.includes('systemd-run ');
export const isFollow = (line: string): boolean => line.includes('nodeops-follow ');
export const offsetOf = (line: string): number => Number(/offset=(\d+)/.exec(line)?.[1]);

const frame = (command: Command, node: string, script: Script, lock: LockWorld): CommandResult => {
  const text = command.argv[2] ?? '';
  const token = /^t=(\w+)$/m.exec(text)?.[1] ?? '';
  const keys = [...text.matchAll(/^m 'begin ([^']+)'$/gm)].map(([, key = '']) => key);
  const answers = keys.map((key) => {
    const standard = key === 'static-pods' && node.includes('cp') ? manifests : undefined;
    return [key, script.facts?.(node, key) ?? lock.fact(node, key) ?? standard ?? 'unanswered'] as const;
  });
  const of = (stream: 'stdout' | 'stderr'): string =>
    answers
      .map(([key, answer]) =>
        answer === 'unanswered'
          ? `\n${token} asks ${key}\n`
          : `\n${token} asks ${key}\n\n${token} begin ${key}\n${answer[stream] ?? ''}\n${token} end ${answer.code ?? 0} 30 ${key}\n`,
      )
      .join('');
  return { ...done, stdout: of('stdout'), stderr: of('stderr') };
};

/** Nodes that answer as a script says; `log` is what was sent, beside what was journalled. */
export class ScriptedTransport implements Transport {
  readonly log: string[];
  readonly script: Script;
  readonly lock: LockWorld;
  writes = 0;
  /** Lines of writes that were sent without the epoch of their run. */
  readonly unfenced: string[] = [];
  constructor(script: Script, log: string[], lock: LockWorld) {
    this.script = script;
    this.log = log;
    this.lock = lock;
  }
  async run(node: Node, command: Command, options: RunOptions = {}): Promise<CommandResult> {
    this.script.connect?.(node.name);
    if (/^t=\w+$/m.test(command.argv[2] ?? '')) return frame(command, node.name, this.script, this.lock);
    if (command.effect === 'write') this.writes += 1;
    const ofLock = this.lock.answer(node.name, command);
    if (ofLock !== undefined) return { ...done, ...ofLock };
    const { command: inner, epoch } = withinFence(command);
    const line = quote(inner.argv);
    if (command.effect === 'write' && epoch === undefined) this.unfenced.push(line);
    const refusal = epoch === undefined ? undefined : this.lock.refusal(node.name, epoch);
    if (refusal !== undefined) {
      this.log.push(`refused ${node.name}: ${line}`);
      return { ...done, ...refusal };
    }
    if (!isFollow(line)) this.log.push(`sent ${node.name}: ${isStart(line) ? `start ${startedUnit(line)}` : line}`);
    const reply = await this.script.commands?.(node.name, line, options);
    if (reply?.stdout !== undefined) options.onStdout?.(Buffer.from(reply.stdout));
    if (reply === undefined && isFollow(line)) return { ...done, stderr: 'nodeops-follow ended 0\n' };
    return { ...done, ...reply };
  }
  put(): Promise<CommandResult> {
    return Promise.reject(new Error('nothing is put in these tests'));
  }
  async fetch(node: Node, path: string, sink: NodeJS.WritableStream): Promise<CommandResult> {
    this.script.connect?.(node.name);
    this.log.push(`fetched ${path}`);
    const { content, code = 0 } = this.script.fetch?.(path) ?? { content: '' };
    sink.write(content);
    sink.end();
    return Promise.resolve({ ...done, exit: { kind: 'code', code } });
  }
  counters() {
    return { reads: 0, scratches: 0, writes: this.writes, roundTrips: 0 };
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const startedUnit = (line: string): string => /--unit=(\S+)/.exec(line)?.[1] ?? '?';

const noArtifacts: ArtifactStore = {
  open: () => Promise.reject(new Error('no artifact is expected')),
  find: () => Promise.resolve(undefined),
  read: () => Promise.resolve(undefined),
  remove: () => Promise.reject(new Error('no artifact is removed')),
  list: () => Promise.resolve([]),
  removeAll: () => Promise.reject(new Error('no artifact is removed')),
};

export interface Stage {
  readonly lock: LockWorld;
  readonly session: Session;
  readonly clock: VirtualClock;
  readonly transport: ScriptedTransport;
  readonly emit: ReturnType<typeof createEmit>;
  /** Journalled events and sent commands in one order. */
  readonly log: readonly string[];
  readonly events: readonly Event[];
  /** What was shown and not journalled. */
  readonly shown: readonly Event[];
}

/** A cluster whose nodes follow a script, with everything that happens written down in one order. */
export const stage = (
  cluster: Cluster,
  script: Script,
  artifacts: ArtifactStore = noArtifacts,
  outage = false,
): Stage => {
  const log: string[] = [];
  const events: Event[] = [];
  const shown: Event[] = [];
  const clock = new VirtualClock();
  const lock = new LockWorld(() => clock.now());
  const transport = new ScriptedTransport(script, log, lock);
  const journal = {
    append: async (event: Event) => {
      // A disk takes its time: whoever does not wait for it is found out.
      await new Promise<void>((resolve) => setImmediate(resolve));
      events.push(event);
      log.push(event.type);
    },
  };
  const ui = {
    begin: () => undefined,
    notice: () => undefined,
    end: () => Promise.resolve(),
    event: (event: Event) => void shown.push(event),
  };
  const fleet = { append: () => Promise.resolve() };
  const emit = createEmit({ cluster: cluster.name, clock, journal, fleet, ui });
  return {
    session: createSession({ cluster, transport, clock, entropy: countingEntropy(), artifacts, outage }),
    lock,
    clock,
    transport,
    emit,
    log,
    events,
    shown,
  };
};
