import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createArtifactStore } from '../../src/adapters/files/artifact-store.ts';
import { createJournalStore } from '../../src/adapters/files/journal-store.ts';
import { createRunControls } from '../../src/adapters/files/run-controls.ts';
import { privateFiles } from '../../src/adapters/files/private-files.ts';
import type { Parts } from '../../src/cli/parts.ts';
import { runProgram } from '../../src/cli/program.ts';
import { countingEntropy, VirtualClock } from '../run/scripted.ts';

export interface Surroundings {
  /** Files by name in the operator's directory; a name that ends in `/` is a directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Parts['env'];
  readonly terminal?: boolean;
  /** The state directory of another program; its own one otherwise. */
  readonly state?: string;
  /** Fills the state directory before, and looks at it after. */
  readonly before?: (state: string) => void;
  readonly after?: (state: string) => void;
  readonly answer?: boolean;
}

export interface Told {
  readonly code: number;
  readonly stdout: string;
  /** With `/here` for the operator's directory. */
  readonly stderr: string;
  /** What was asked for of the world outside, beside reading files. */
  readonly reached: readonly string[];
  /** The state directory was made. */
  readonly wrote: boolean;
}

/** Where an operator stands: a directory of real files. Whatever leads out of it is refused and named. */
export const operatorDirectory = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'nodeops-program-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, text);
  }
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
};

const readAll = async (stream: PassThrough): Promise<string> => {
  stream.end();
  return (await stream.toArray()).join('');
};

/** Runs one command line in a directory of its own, with real files and stores, and no way to any node. */
export const tell = async (argv: readonly string[], around: Surroundings = {}): Promise<Told> => {
  const { folder, dispose } = operatorDirectory(around.files ?? {});
  const state = around.state ?? join(folder, 'state');
  around.before?.(state);
  const reached: string[] = [];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const refuse = (what: string): Promise<never> => {
    reached.push(what);
    return Promise.reject(new Error(`${what} was asked for`));
  };
  const parts: Parts = {
    env: { USER: 'ana', ...around.env },
    home: join(folder, 'home'),
    cwd: folder,
    version: '1.2.3',
    operator: { user: 'ana', host: 'bastion' },
    stdout: Object.assign(stdout, { isTTY: around.terminal === true }),
    stderr,
    clock: new VirtualClock(),
    entropy: countingEntropy(),
    processes: { self: () => ({ pid: 42, place: '0a1b2c3d4e5f', startedAt: '7' }), isGone: () => false },
    prompt: {
      secret: () => refuse('a secret'),
      ask: () => refuse('an answer'),
      confirm: () => (around.answer === undefined ? refuse('an answer') : Promise.resolve(around.answer)),
    },
    readFile: (path) => readFileSync(path, 'utf8'),
    listDirectory: (path) => readdirSync(path),
    stdin: () => refuse('standard input'),
    privateFiles,
    copyFile: () => refuse('a copy'),
    playbooks: join(import.meta.dirname, '../../playbooks'),
    transport: () => refuse('a transport'),
    backupPlaces: () => refuse('a place for backups'),
    cipher: () => refuse('a cipher'),
    localCommands: () => refuse('a command on this machine'),
    serveMetrics: () => refuse('a server'),
    web: () => refuse('the net'),
    artifacts: () => Promise.resolve(createArtifactStore(state)),
    webhooks: () => Promise.reject(new Error('nobody is told')),
    controls: () => Promise.resolve(createRunControls(state)),
    journals: () => Promise.resolve(createJournalStore(state)),
    ui: () => refuse('a view of a run'),
    newRunId: () => 'r1',
    stopping: () => false,
    heed: () => undefined,
    attached: () => undefined,
  };
  try {
    const code = await runProgram(argv, parts);
    around.after?.(state);
    const told = (await readAll(stderr)).replaceAll(folder, '/here');
    const printed = (await readAll(stdout)).replaceAll(folder, '/here');
    return { code, stdout: printed, stderr: told, reached, wrote: existsSync(state) };
  } finally {
    dispose();
  }
};
