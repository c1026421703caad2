import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runProgram } from '../../src/cli/program.ts';
import type { Parts, TransportWishes } from '../../src/cli/parts.ts';
import type { Output } from '../../src/facts/fact.ts';
import type { Event } from '../../src/model/event.ts';
import type { Posting } from '../../src/ports/webhooks.ts';
import type { JournalStore } from '../../src/ports/journal-store.ts';
import { readRecorded } from '../facts/recorded.ts';
import { LockWorld } from '../run/lock-world.ts';
import { countingEntropy, ScriptedTransport, VirtualClock, type Script } from '../run/scripted.ts';

export const playbooks = join(import.meta.dirname, '../../playbooks');
const recordings = join(import.meta.dirname, '../facts/recorded');

/** What a fact's command printed on the lab. */
export const recordedOutput = (fact: string, name: string): Output => {
  const path = join(recordings, fact, `${name}.txt`);
  return readRecorded(readFileSync(path, 'utf8'), path).output;
};

export const inventory = `apiVersion: nodeops/v1
kind: Inventory
defaults: { ssh: { user: ops } }
clusters:
  - name: paris
    version: 1.36.3
    nodes:
      - { name: cp1, host: 10.0.0.11, role: control-plane }
      - { name: w1, host: 10.0.0.21, role: worker }
  - name: oslo
    nodes:
      - { name: cp9, host: 10.9.0.11, role: control-plane }
`;

const notStored = (): Promise<never> => Promise.reject(new Error('no run is stored'));
const noStoredRuns: Omit<JournalStore, 'create'> = {
  list: () => Promise.resolve([]),
  read: notStored,
  readCluster: notStored,
  readWish: notStored,
  readBaseline: () => Promise.resolve(undefined),
  audit: notStored,
  remove: notStored,
};

const read = async (stream: PassThrough): Promise<string> => (await stream.toArray()).join('');

/** Runs a command line with nothing of the world outside but what is given here. */
export const told = async (argv: readonly string[], around: Surroundings = {}): Promise<Told> => {
  const files: Readonly<Record<string, string>> = {
    '/fleet/prod.yaml': inventory,
    '/fleet/mine.yaml': restarting,
    ...around.files,
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [transports, log, events]: [TransportWishes[], string[], Event[]] = [[], [], []];
  const wishes: unknown[] = [];
  const posted: Posting[] = [];
  let settled = 0;
  const baselines: string[] = [];
  const journal = { append: (event: Event) => Promise.resolve(void events.push(event)) };
  const written: Record<string, string> = {};
  const clock = around.clock ?? new VirtualClock();
  const made: ScriptedTransport[] = [];
  const answers = [...(around.answers ?? [])];
  const lock = around.lock?.(() => clock.now()) ?? new LockWorld(() => clock.now());
  const parts: Parts = {
    env: around.env ?? {},
    home: '/home/ana',
    cwd: '/fleet',
    version: '1.2.3',
    operator: { user: 'ana', host: 'bastion' },
    stdout: Object.assign(stdout, around.terminal === true ? { isTTY: true } : {}),
    stderr,
    clock,
    entropy: countingEntropy(),
    processes: around.processes ?? {
      self: () => ({ pid: 42, place: '0a1b2c3d4e5f', startedAt: '7' }),
      isGone: () => false,
    },
    prompt: {
      secret: () => Promise.reject(new Error('no secret')),
      ask: (question) => Promise.resolve(around.types?.(question) ?? ''),
      confirm: (question) => {
        around.onQuestion?.(question);
        return Promise.resolve(answers.shift() ?? around.answer ?? false);
      },
    },
    readFile: (path) => {
      const text = files[path];
      if (text !== undefined) return text;
      if (path.startsWith(playbooks)) return readFileSync(path, 'utf8');
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
    },
    listDirectory: (path) => [
      ...readdirSync(path),
      ...Object.keys(files).flatMap((file) => (dirname(file) === path ? [basename(file)] : [])),
    ],
    stdin: () => Promise.resolve(around.stdin ?? ''),
    privateFiles: {
      find: (path) => Promise.resolve(path in files ? 'file' : path.startsWith('/fleet/') ? 'nothing' : 'no folder'),
      write: (path, text) => Promise.resolve(void (written[path] = text)),
    },
    copyFile: (from, to) => Promise.resolve(void (written[to] = `copy of ${from}`)),
    playbooks,
    transport: (wanted) => {
      transports.push(wanted);
      const transport = new ScriptedTransport(around.script ?? {}, log, lock);
      made.push(transport);
      return Promise.resolve(transport);
    },
    backupPlaces: around.kept?.backupPlaces ?? (() => Promise.reject(new Error('no place for backups'))),
    cipher: around.kept?.cipher ?? (() => Promise.reject(new Error('no cipher'))),
    localCommands:
      around.localCommands ??
      (() => Promise.resolve({ run: () => Promise.reject(new Error('no command on this machine')) })),
    serveMetrics: around.serveMetrics ?? (() => Promise.reject(new Error('nothing is served'))),
    web: around.web ?? (() => Promise.reject(new Error('nothing is asked over the net'))),
    artifacts:
      around.kept?.artifacts ??
      (() =>
        Promise.resolve({
          open: () => Promise.reject(new Error('no artifact')),
          find: () => Promise.resolve(undefined),
          read: () => Promise.resolve(undefined),
          remove: notStored,
          list: () => Promise.resolve([]),
          removeAll: notStored,
        })),
    webhooks: () =>
      Promise.resolve({
        post: (posting) => void posted.push(posting),
        settle: () => Promise.resolve(void (settled = posted.length)),
      }),
    controls: () => Promise.resolve({ of: () => [], ask: () => Promise.reject(new Error('no run goes on')) }),
    journals:
      around.journals ??
      (() =>
        Promise.resolve({
          ...noStoredRuns,
          ...around.stored,
          create: (id: string) =>
            Promise.resolve({
              id,
              fleet: { append: () => Promise.resolve() },
              cluster: () =>
                Promise.resolve({
                  journal,
                  directory: '/state/r1',
                  writePlan: () => Promise.resolve(),
                  writeWish: (json) => Promise.resolve(void wishes.push(JSON.parse(json))),
                  writeBaseline: (json) => Promise.resolve(void baselines.push(json)),
                }),
              close: () => Promise.resolve(),
            }),
        })),
    ui: () =>
      Promise.resolve({
        begin: () => undefined,
        event: () => undefined,
        notice: () => undefined,
        end: () => Promise.resolve(),
      }),
    newRunId: around.newRunId ?? (() => 'r1'),
    stopping: around.stopping ?? (() => false),
    heed: () => undefined,
    attached: () => undefined,
  };
  const code = await runProgram(argv, parts);
  stdout.end();
  stderr.end();
  const sent = log.filter((line) => line.startsWith('sent') && !line.endsWith(': true'));
  return {
    code,
    stdout: await read(stdout),
    stderr: await read(stderr),
    transports,
    sent,
    events,
    wishes,
    posted: posted.slice(0, settled),
    baselines,
    written,
    unfenced: made.flatMap((each) => each.unfenced),
  };
};

/** Looks at the kubelet's unit and restarts it where that is needed. */
export const restarting = `apiVersion: nodeops/v1
kind: Playbook
name: restarting
description: Restart kubelets.
parameters:
  words: { type: string }
  count: { type: number }
  sure: { type: boolean }
  version: { type: version }
phases:
  - name: nodes
    on: every-node
    steps: [{ uses: restart-kubelet }]
`;

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly transports: readonly TransportWishes[];
  /** What was sent to nodes, beside what was asked. */
  readonly sent: readonly string[];
  readonly events: readonly Event[];
  /** What was kept of what was asked for. */
  readonly wishes: readonly unknown[];
  /** What webhooks were told before the program ended. */
  readonly posted: readonly Posting[];
  /** How the cluster was before the first step, as it was kept. */
  readonly baselines: readonly string[];
  /** Plans that were saved, by path. */
  readonly written: Readonly<Record<string, string>>;
  /** Writes that were sent without the epoch of their run, those of the ownership itself left out. */
  readonly unfenced: readonly string[];
}

export interface Surroundings {
  readonly files?: Readonly<Record<string, string>>;
  /** What is on standard input. */
  readonly stdin?: string;
  readonly script?: Script;
  readonly env?: Parts['env'];
  readonly terminal?: boolean;
  readonly answer?: boolean;
  /** One after the other, before `answer`. */
  readonly answers?: readonly boolean[];
  readonly onQuestion?: (question: string) => void;
  /** What is typed at a question. */
  readonly types?: (question: string) => string;
  readonly stopping?: () => boolean;
  /** What is known of earlier runs. */
  readonly stored?: Partial<JournalStore>;
  readonly lock?: (now: () => number) => LockWorld;
  readonly processes?: Parts['processes'];
  /** Commands on this machine; otherwise there are none. */
  readonly localCommands?: Parts['localCommands'];
  /** Where runs are recorded; otherwise nowhere. */
  readonly journals?: Parts['journals'];
  readonly newRunId?: Parts['newRunId'];
  readonly clock?: VirtualClock;
  readonly serveMetrics?: Parts['serveMetrics'];
  /** What is asked over the net; otherwise nothing is. */
  readonly web?: Parts['web'];
  /** Where backups and artifacts are; otherwise there are none. */
  readonly kept?: Pick<Parts, 'backupPlaces' | 'cipher' | 'artifacts'>;
}
