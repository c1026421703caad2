/* A program of its own, for signals: runs a playbook on nodes that are scripted, in real time. */
import { hostname } from 'node:os';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore } from '../../src/adapters/files/artifact-store.ts';
import { createJournalStore } from '../../src/adapters/files/journal-store.ts';
import { createRunControls } from '../../src/adapters/files/run-controls.ts';
import { Interrupts } from '../../src/adapters/interrupts.ts';
import { createProcesses } from '../../src/adapters/processes.ts';
import { outliveReaders } from '../../src/adapters/outlive-readers.ts';
import { privateFiles } from '../../src/adapters/files/private-files.ts';
import { createPlainUi } from '../../src/adapters/plain/plain-ui.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { createTerminalPrompt } from '../../src/adapters/terminal-prompt.ts';
import { runProgram } from '../../src/cli/program.ts';
import { formatDuration } from '../../src/report/duration.ts';
import { inventory, recordedOutput, restarting } from '../cli/fake-parts.ts';
import { LockWorld } from '../run/lock-world.ts';
import { countingEntropy, ScriptedTransport, type Script } from '../run/scripted.ts';

const [, , situation = '', state = '/nowhere'] = process.argv;

outliveReaders();

const playbook = situation === 'gate' ? restarting.replace('[{ uses', '[{ uses: apt-lock }, { uses') : restarting;
const restarted = new Set<string>();
const running = 'r0/upgrade-node-1 - 1795254020 - active kubeadm upgrade node\n';

/** Every node needs a restart, which takes a while; `adopt`: one still runs a command of an earlier run. */
const script: Script = {
  facts: (node, key) => {
    if (key === 'kubelet-unit')
      return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
    if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
    if (key === 'recorded-commands') return { stdout: situation === 'adopt' && node === 'w1' ? running : '' };
    // Without an answer a gate waits.
    return key === 'kubelet-log' ? { stdout: '' } : undefined;
  },
  commands: async (node, line) => {
    if (line.includes('nodeops-follow')) {
      await systemClock.sleep(500);
      return { stdout: '', stderr: 'nodeops-follow running \n' };
    }
    if (!line.includes('restart kubelet')) return undefined;
    process.stdout.write(`AT WORK on ${node}\n`);
    await systemClock.sleep(1000);
    restarted.add(node);
    return undefined;
  },
};

const lock = new LockWorld(() => systemClock.now());
const interrupts = new Interrupts();
const files: Readonly<Record<string, string>> = { '/fleet/prod.yaml': inventory, '/fleet/mine.yaml': playbook };

process.exitCode = await runProgram(
  ['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris', ...(situation === 'prompt' ? [] : ['--yes'])],
  {
    env: {},
    home: '/home/ana',
    cwd: '/fleet',
    version: '1.2.3',
    operator: { user: 'ana', host: hostname() },
    stdout: process.stdout,
    stderr: process.stderr,
    clock: systemClock,
    entropy: countingEntropy(),
    processes: createProcesses(),
    prompt: createTerminalPrompt(),
    privateFiles,
    copyFile: (_from, to) => Promise.reject(new Error(`nothing is copied to ${to}`)),
    stdin: () => Promise.resolve(''),
    readFile: (path) => files[path] ?? readFileSync(path, 'utf8'),
    listDirectory: (path) => readdirSync(path),
    playbooks: join(import.meta.dirname, '../../playbooks'),
    transport: () => Promise.resolve(new ScriptedTransport(script, [], lock)),
    backupPlaces: () => Promise.reject(new Error('no place for backups')),
    cipher: () => Promise.reject(new Error('no cipher')),
    localCommands: () => Promise.reject(new Error('no command on this machine')),
    serveMetrics: () => Promise.reject(new Error('nothing is served')),
    web: () => Promise.reject(new Error('nothing is asked over the net')),
    artifacts: () => Promise.resolve(createArtifactStore(state)),
    webhooks: () => Promise.reject(new Error('nobody is told')),
    controls: () => Promise.resolve(createRunControls(state)),
    journals: () => Promise.resolve(createJournalStore(state)),
    ui: () => {
      const ui = createPlainUi(process.stdout, formatDuration);
      interrupts.begin((text) => ui.notice(text));
      return Promise.resolve(ui);
    },
    newRunId: () => 'r1',
    stopping: interrupts.stopping,
    heed: (tell) => interrupts.begin(tell),
    attached: (what) => (what === undefined ? interrupts.detach() : interrupts.attach(what)),
  },
);
