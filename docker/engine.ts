import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { network } from './addresses.ts';
import { LABEL } from './container.ts';
import { cache } from './paths.ts';
import { asRoot, elevation, ensurePrograms } from './prerequisites.ts';
import { during, tell } from './progress.ts';
import { attempt, run } from './run-command.ts';
import { UsageError } from './usage-error.ts';
import { until } from './until.ts';

/** Ten nodes and their pods need more than the kernel's 128 instances: containerd would come up without CRI. */
const INOTIFY = { max_user_instances: 8192, max_user_watches: 1_048_576 } as const;

/** Brings up what every node needs: the container engine, the lab's network, the host's limits. */
export async function ensureEngine(): Promise<void> {
  await ensureDocker();
  await ensureNetwork();
  await raiseLimits();
}

/** Installs Docker where it is missing and starts it where it does not answer. */
export async function ensureDocker(): Promise<void> {
  await ensurePrograms(['docker']);
  if (await dockerAnswers()) return;
  await during('starting the container engine', startDocker);
}

const dockerAnswers = async (): Promise<boolean> =>
  (await attempt(['docker', 'version', '-f', '{{.Server.Version}}'])).code === 0;

async function startDocker(): Promise<void> {
  if (process.env['DOCKER_HOST']) {
    throw new UsageError(
      `Nothing answers at DOCKER_HOST=${process.env['DOCKER_HOST']}. Start it, or unset DOCKER_HOST.`,
    );
  }
  const log = join(cache, 'dockerd.log');
  if (existsSync('/run/systemd/system')) await asRoot(['systemctl', 'start', 'docker']);
  else await spawnDockerd(log);
  const fix = existsSync('/run/systemd/system') ? 'journalctl -u docker' : `less ${log}`;
  if (!(await until(dockerAnswers, 60_000))) throw new UsageError(`The container engine does not start. Type: ${fix}`);
}

async function spawnDockerd(log: string): Promise<void> {
  await ensurePrograms(['dockerd']);
  mkdirSync(cache, { recursive: true });
  const [file = 'dockerd', ...rest]: readonly string[] = [...(await elevation()), 'dockerd'];
  const output = openSync(log, 'a');
  // Detached: it outlives this process and its terminal.
  spawn(file, rest, { detached: true, stdio: ['ignore', output, output] }).unref();
}

async function ensureNetwork(): Promise<void> {
  const found = await attempt([
    'docker',
    'network',
    'inspect',
    network.name,
    '-f',
    '{{(index .IPAM.Config 0).Subnet}}',
  ]);
  if (found.code === 0) {
    if (found.stdout.trim() === network.subnet) return;
    throw new UsageError(
      `The network ${network.name} has ${found.stdout.trim()}, not ${network.subnet}. Type: npm run lab -- down --all`,
    );
  }
  const create = ['docker', 'network', 'create', '--label', `${LABEL}=network`];
  await run([...create, '--subnet', network.subnet, '--gateway', network.gateway, network.name]).catch(
    async (error: unknown) => {
      // Another lab process may have been quicker.
      if ((await attempt(['docker', 'network', 'inspect', network.name])).code !== 0) throw error;
    },
  );
}

/** The last thing to go when everything is taken down. */
export async function removeNetwork(): Promise<void> {
  await attempt(['docker', 'network', 'rm', network.name]);
}

async function raiseLimits(): Promise<void> {
  for (const [key, wanted] of Object.entries(INOTIFY)) {
    if (Number(readFileSync(`/proc/sys/fs/inotify/${key}`, 'utf8')) >= wanted) continue;
    await asRoot(['sysctl', '-qw', `fs.inotify.${key}=${wanted}`]);
    tell(`raised fs.inotify.${key} to ${wanted}`);
  }
}
