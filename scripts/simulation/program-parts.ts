import { memoryPlaces, type StoredBytes } from '../../src/simulator/simulation/memory-places.ts';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBecomeMode } from '../../src/adapters/ssh/become.ts';
import { fetchCommand, putCommand } from '../../src/adapters/ssh/file-commands.ts';
import type { Parts } from '../../src/cli/parts.ts';
import { commandLine } from '../../src/commands/quote.ts';
import type { Event } from '../../src/model/event.ts';
import { runIdAt } from '../../src/model/run-id.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { Playbook } from '../../src/playbook/schema.ts';
import type { Artifact } from '../../src/ports/artifact-store.ts';
import type { Secrets } from '../../src/ports/secrets.ts';
import type { Ui } from '../../src/ports/ui.ts';
import { SimulatorGap } from '../../src/simulator/gap.ts';
import type { Kernel } from '../../src/simulator/kernel.ts';
import type { Random } from '../../src/simulator/random.ts';
import { createArtifacts, type Artifacts } from '../../src/simulator/simulation/artifact-store.ts';
import { createClock } from '../../src/simulator/simulation/clock.ts';
import { createJournals, type JournalHooks, type Machine } from '../../src/simulator/simulation/journal-store.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import { noPrompt } from '../../src/simulator/simulation/quiet-ui.ts';
import { WrittenText } from '../../src/simulator/simulation/written-text.ts';
import type { Links } from '../../src/simulator/transport/network.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import { SimulatedTransport, type ProductLines, type Watcher } from '../../src/simulator/transport/transport.ts';

const playbooks = join(import.meta.dirname, '../../playbooks');

const shipped = (name: string): Playbook => {
  const file = join(playbooks, `${name}.yaml`);
  return loadPlaybook(readFileSync(file, 'utf8'), file);
};

/** Read once a process: they are the same in every simulation. */
export const simulatedPlaybooks = {
  upgrade: shipped('upgrade'),
  rollback: shipped('rollback'),
  backup: shipped('backup'),
  restore: shipped('restore'),
  create: shipped('create'),
  reset: shipped('reset'),
  'os-patch': shipped('os-patch'),
  reboot: shipped('reboot'),
  drain: shipped('drain'),
  cordon: shipped('cordon'),
  uncordon: shipped('uncordon'),
};
export type SimulatedPlaybook = keyof typeof simulatedPlaybooks;

/** The simulated inventories configure no secret. */
const noSecrets: Secrets = {
  resolve: (_source, what) => Promise.reject(new Error(`a simulated operator was asked for ${what}`)),
};

const lines: ProductLines = {
  commandLine,
  findBecome: (node, probe) => findBecomeMode(node, noSecrets, probe),
  sudoPassword: (node) => {
    throw new Error(`the simulated inventory has no sudo password for ${node.name}`);
  },
  putCommand,
  fetchCommand,
};

/** An operator's machine: its disk, and the processes of nodeops that live on it. */
export interface Workplace {
  readonly name: string;
  /** What tells it from other machines, in a holder's name. */
  readonly place: string;
  readonly alive: Set<number>;
  readonly runs: Machine;
  readonly artifacts: Artifacts;
  /** What is in the places for backups, by address and name. */
  readonly places: StoredBytes;
}

export const createWorkplace = (name: string): Workplace => ({
  name,
  place: createHash('sha256').update(name).digest('hex').slice(0, 12),
  alive: new Set(),
  runs: new Map(),
  artifacts: new Map(),
  places: new Map(),
});

/** Whether the last run on a machine has an end other than done. */
export const hasUnfinished = ({ runs }: Pick<Workplace, 'runs'>): boolean => {
  const last = [...runs.keys()].toSorted().at(-1);
  const clusters = last === undefined ? undefined : runs.get(last)?.clusters;
  return [...(clusters?.values() ?? [])].some(
    ({ events }) => !events.some((event) => event.type === 'run-finished' && event.outcome === 'done'),
  );
};

/** No two programs of a simulation have the same. */
export const pidOf = ({ id }: Program): number => 4000 + id;

/** What a program needs of its simulation. */
export interface ProgramSurroundings {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly network: Links;
  readonly sshd: Sshd;
  readonly watcher: Watcher;
  readonly workplace: Workplace;
  readonly journalHooks: JournalHooks;
  readonly screen: Ui;
  readonly committed: (artifact: Artifact, bytes: string) => void;
  /** Whether somebody asked it to stop; nobody does where it is missing. */
  readonly stopping?: () => boolean;
  /** Files of the operator's machine by their path, beside those that are shipped. */
  readonly files?: ReadonlyMap<string, string>;
}

export type { Event };

/** Encryption, and commands on the operator's machine. */
const notSimulated = (): never => {
  throw new SimulatorGap('what happens on the operator’s machine');
};

/** A few names only, so that scripts repeat from look to look and are parsed once by the simulated shell. */
const tokens = ['5e1f0c3b9a7d24860d1b7f3e', 'c8a42f60e95d13b7724a90ce', '19d7b35ec0842fa66b3e51f8'];

/** Everything that the product sees of the world, for one program. */
export const programParts = (
  program: Program,
  around: ProgramSurroundings,
): { readonly parts: Parts; readonly stdout: WrittenText; readonly stderr: WrittenText } => {
  const { kernel, random, network, sshd, watcher, workplace } = around;
  const [stdout, stderr] = [new WrittenText(), new WrittenText()];
  let drawn = 0;
  const startedAt = kernel.now;
  const parts: Parts = {
    env: {},
    home: '/home/ana',
    cwd: '/fleet',
    version: '0.0.0-simulated',
    operator: { user: 'ana', host: workplace.name },
    stdout,
    stderr,
    clock: createClock(kernel, program),
    entropy: { token: () => tokens[drawn++ % tokens.length] ?? '' },
    prompt: noPrompt,
    processes: {
      self: () => ({ pid: pidOf(program), place: workplace.place, startedAt: String(startedAt) }),
      isGone: ({ pid, place }) => place === workplace.place && !workplace.alive.has(pid),
    },
    privateFiles: {
      find: () => Promise.resolve('nothing'),
      write: (path) => Promise.reject(new SimulatorGap(`saving a plan at ${path}`)),
    },
    copyFile: (_from, path) => Promise.reject(new SimulatorGap(`copying a file to ${path}`)),
    stdin: () => Promise.resolve(''),
    readFile: (path) => around.files?.get(path) ?? readFileSync(path, 'utf8'),
    listDirectory: (path) => readdirSync(path),
    playbooks,
    transport: ({ refuseWrites }) =>
      Promise.resolve(new SimulatedTransport({ kernel, random, network, program, sshd, lines, watcher, refuseWrites })),
    backupPlaces: () => Promise.resolve(memoryPlaces(workplace.places)),
    cipher: () => Promise.resolve({ encrypt: notSimulated, decrypt: notSimulated }),
    localCommands: () => Promise.resolve({ run: notSimulated }),
    serveMetrics: notSimulated,
    web: () => Promise.resolve({ get: notSimulated, connect: notSimulated }),
    artifacts: () => Promise.resolve(createArtifacts(workplace.artifacts, around.committed)),
    webhooks: () => Promise.reject(new Error('nobody is told')),
    controls: () => Promise.resolve({ of: () => [], ask: () => Promise.reject(new Error('no run goes on')) }),
    journals: () => Promise.resolve(createJournals(workplace.runs, program, around.journalHooks)),
    ui: () => Promise.resolve(around.screen),
    newRunId: () => runIdAt(around.kernel.now, program.id.toString(16).padStart(4, '0')),
    stopping: around.stopping ?? (() => false),
    heed: () => undefined,
    attached: () => undefined,
  };
  return { parts, stdout, stderr };
};
