import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createArtifactStore } from '../../src/adapters/files/artifact-store.ts';
import { createJournalStore } from '../../src/adapters/files/journal-store.ts';
import { privateFiles } from '../../src/adapters/files/private-files.ts';
import { createPlainUi } from '../../src/adapters/plain/plain-ui.ts';
import { createProcesses } from '../../src/adapters/processes.ts';
import { createSecrets } from '../../src/adapters/secrets.ts';
import { createSshTransport } from '../../src/adapters/ssh/transport.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { Parts } from '../../src/cli/parts.ts';
import type { Prompt } from '../../src/ports/prompt.ts';
import type { Transport } from '../../src/ports/transport.ts';
import { formatDuration } from '../../src/report/duration.ts';

const nobodyIsAsked = (): never => {
  throw new Error('a recording asks nobody: give --yes');
};

const silent: Prompt = { secret: nobodyIsAsked, ask: nobodyIsAsked, confirm: nobodyIsAsked };

/** The SSH transport of the product, as main.ts makes it. */
export const labTransport = (refuseWrites: boolean): Transport =>
  createSshTransport({ secrets: createSecrets({}, silent), clock: systemClock, refuseWrites });

/**
 * The product put together as main.ts does, with a state directory of its own and `wrap` around its transport. What is
 * left to chance there is counted here, so that the same question is the same line whenever it is asked.
 */
export const recordParts = (run: string, wrap: (transport: Transport) => Transport): Parts => {
  const home = mkdtempSync(join(tmpdir(), 'nodeops-record-'));
  const state = join(home, 'nodeops');
  return {
    env: {},
    home,
    clock: systemClock,
    entropy: { token: () => '0123456789abcdef01234567' },
    prompt: silent,
    processes: createProcesses(),
    privateFiles,
    copyFile: (_from, to) => Promise.reject(new Error(`a copy at ${to}: nothing that is recorded makes one`)),
    version: 'recording',
    cwd: process.cwd(),
    operator: { user: 'recorder', host: 'lab' },
    stdout: process.stderr,
    stderr: process.stderr,
    stdin: () => Promise.resolve(''),
    readFile: (path) => readFileSync(path, 'utf8'),
    listDirectory: (path) => readdirSync(path),
    playbooks: fileURLToPath(new URL('../../playbooks', import.meta.url)),
    transport: async ({ refuseWrites }) => wrap(labTransport(refuseWrites)),
    backupPlaces: () => Promise.reject(new Error('no place for backups')),
    cipher: () => Promise.reject(new Error('no cipher')),
    localCommands: () => Promise.reject(new Error('no cipher')),
    serveMetrics: () => Promise.reject(new Error('nothing is served')),
    web: () => Promise.reject(new Error('nothing is asked over the net')),
    artifacts: async () => createArtifactStore(state),
    webhooks: () => Promise.reject(new Error('nobody is told')),
    controls: () => Promise.resolve({ of: () => [], ask: () => Promise.reject(new Error('no run goes on')) }),
    journals: async () => createJournalStore(state),
    ui: async () => createPlainUi(process.stderr, formatDuration),
    newRunId: () => run,
    stopping: () => false,
    heed: () => undefined,
    attached: () => undefined,
  };
};
