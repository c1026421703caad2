#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { LimitFunction } from 'p-limit';
import { systemClock } from './adapters/system-clock.ts';
import { runIdAt } from './model/run-id.ts';
import { outliveReaders } from './adapters/outlive-readers.ts';
import { exitCode } from './model/errors.ts';
import type { OutputFormat, Parts } from './cli/parts.ts';
import type { SharedTerminal } from './adapters/terminal/screen/shared-terminal.ts';
import type { FleetOutline } from './model/fleet.ts';
import type { Clock } from './ports/clock.ts';
import type { LivePage } from './ports/live-page.ts';
import type { Secrets } from './ports/secrets.ts';
import type { Ui } from './ports/ui.ts';
import type { Webhooks } from './ports/webhooks.ts';

/** As `engines` in package.json says. */
const oldestNode = 22;

const packageFile = fileURLToPath(new URL('../package.json', import.meta.url));
const version = /"version": "([^"]+)"/.exec(readFileSync(packageFile, 'utf8'))?.[1] ?? 'unknown';

const wallClock = (): number => Date.now();

interface UiWish {
  readonly output: OutputFormat;
  readonly run: string;
  readonly view: 'lines' | FleetOutline | undefined;
}

const composeUi = async ({ output, run, view }: UiWish, state: string, terminal: SharedTerminal): Promise<Ui> => {
  const { clusterDirectory } = await import('./adapters/files/state-directory.ts');
  const { createLogUi } = await import('./adapters/log/log-ui.ts');
  const { everyUi } = await import('./adapters/log/every-ui.ts');
  const log = await createLogUi({
    pathOf: (cluster) => `${clusterDirectory(state, run, cluster)}/log`,
    onProblem: (path, error) => process.stderr.write(`note: the log ${path} cannot be written: ${error.message}\n`),
  });
  if (output === 'json') return everyUi((await import('./adapters/json/json-ui.ts')).createJsonUi(process.stdout), log);
  const { formatDuration } = await import('./report/duration.ts');
  if (process.stdout.isTTY && view !== 'lines' && (view === undefined || process.env['TERM'] !== 'dumb')) {
    const { paintFor } = await import('./report/paint.ts');
    const { stdin, stdout, stderr } = process;
    const look = { paint: paintFor(stdout, process.env), duration: formatDuration };
    if (view !== undefined) {
      const { createFleetUi } = await import('./adapters/terminal/fleet/fleet-ui.ts');
      return everyUi(createFleetUi({ stdin, stdout, stderr, terminal, look, now: wallClock, run, outline: view }), log);
    }
    const { createTerminalUi } = await import('./adapters/terminal/terminal-ui.ts');
    return everyUi(await createTerminalUi({ stdout, stderr, look, now: wallClock }), log);
  }
  return everyUi((await import('./adapters/plain/plain-ui.ts')).createPlainUi(process.stdout, formatDuration), log);
};

const openPage = async (terminal: SharedTerminal): Promise<LivePage | undefined> => {
  const { stdin, stdout, stderr, env } = process;
  if (!stdout.isTTY || env['TERM'] === 'dumb') return undefined;
  const { createLivePage } = await import('./adapters/terminal/page/live-page.ts');
  const { paintFor } = await import('./report/paint.ts');
  return createLivePage({ stdin, stdout, stderr, terminal, paint: paintFor(stdout, env) });
};

/** Makes connections, all of whose handshakes share a queue. */
const transports = (secrets: Secrets, clock: Clock): Parts['transport'] => {
  let handshakes: LimitFunction | undefined;
  return async (wishes) => {
    const { createSshTransport } = await import('./adapters/ssh/transport.ts');
    handshakes ??= (await import('./adapters/ssh/limits.ts')).handshakeQueue();
    return createSshTransport({ secrets, clock, handshakes, ...wishes });
  };
};

const serveMetrics: Parts['serveMetrics'] = async (at, text) =>
  (await import('./adapters/metrics-server.ts')).serveMetrics(at, text);

const openWebhooks = async (): Promise<Webhooks> =>
  (await import('./adapters/webhooks.ts')).createWebhooks({
    onProblem: (text) => void process.stderr.write(`note: ${text}\n`),
  });

const openTerminal = async () => {
  const { createTerminalPrompt } = await import('./adapters/terminal-prompt.ts');
  const { SharedTerminal } = await import('./adapters/terminal/screen/shared-terminal.ts');
  const terminal = new SharedTerminal();
  return { terminal, prompt: terminal.asking(createTerminalPrompt()) };
};

const compose = async ({ env } = process): Promise<Parts> => {
  const home = homedir();
  const { Interrupts } = await import('./adapters/interrupts.ts');
  const { createProcesses } = await import('./adapters/processes.ts');
  const { createSecrets } = await import('./adapters/secrets.ts');
  const { privateFiles } = await import('./adapters/files/private-files.ts');
  const { stateDirectory } = await import('./adapters/files/state-directory.ts');
  const { terminal, prompt } = await openTerminal();
  const secrets = createSecrets(env, prompt);
  const state = stateDirectory(env, home);
  const interrupts = new Interrupts();
  let webhooks: Promise<Webhooks> | undefined;
  const transport = transports(secrets, systemClock);
  return {
    env,
    home,
    cwd: process.cwd(),
    clock: systemClock,
    entropy: { token: () => randomBytes(12).toString('hex') },
    prompt,
    processes: createProcesses(),
    privateFiles,
    copyFile: async (from, to) => (await import('./adapters/files/copy-file.ts')).copyFile(from, to),
    version,
    operator: { user: userInfo().username, host: hostname() },
    stdout: process.stdout,
    stderr: process.stderr,
    readFile: (path) => readFileSync(path, 'utf8'),
    stdin: async () => (await import('node:stream/consumers')).text(process.stdin),
    listDirectory: (path) => readdirSync(path),
    playbooks: fileURLToPath(new URL('../playbooks', import.meta.url)),
    transport,
    backupPlaces: async (wishes) => {
      const { createBackupPlaces } = await import('./adapters/places/open-places.ts');
      return createBackupPlaces({ env, transport: () => transport(wishes) });
    },
    prober: async () => (await import('./adapters/prober.ts')).prober,
    cipher: async () => (await import('./adapters/age-cipher.ts')).ageCipher,
    localCommands: async () => (await import('./adapters/local-commands.ts')).createLocalCommands(env),
    web: async () => (await import('./adapters/web.ts')).web,
    serveMetrics,
    artifacts: async () => (await import('./adapters/files/artifact-store.ts')).createArtifactStore(state),
    controls: async () => (await import('./adapters/files/run-controls.ts')).createRunControls(state),
    journals: async () => (await import('./adapters/files/journal-store.ts')).createJournalStore(state),
    webhooks: () => (webhooks ??= openWebhooks()),
    ui: async (output, run, view) => {
      const ui = await composeUi({ output, run, view }, state, terminal);
      interrupts.begin((text) => ui.notice(text));
      return ui;
    },
    page: () => openPage(terminal),
    newRunId: () => runIdAt(systemClock.now(), randomBytes(2).toString('hex')),
    stopping: interrupts.stopping,
    heed: (tell) => interrupts.begin(tell),
    attached: (what) => (what === undefined ? interrupts.detach() : interrupts.attach(what)),
  };
};

const main = async (): Promise<void> => {
  const argv = process.argv.slice(2);
  // Answered without loading anything: scripts ask it often.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode) {
    process.stderr.write(
      `nodeops needs Node ${oldestNode} or newer, and this is ${process.version} (${process.execPath})\n`,
    );
    process.exitCode = exitCode.usage;
    return;
  }
  const { runProgram } = await import('./cli/program.ts');
  process.exitCode = await runProgram(argv, await compose());
};

outliveReaders();
try {
  await main();
} catch (error) {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `nodeops met a fault of its own:\n${told}\nWhat was begun is in the journal; holds and cordons are looked at again by the same command.\n`,
  );
  process.exitCode = exitCode.failed;
}
