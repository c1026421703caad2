import { fork, spawn, type ChildProcess } from 'node:child_process';
import { openSync, readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoopFigures } from './loop-figures.ts';

export interface StagedWish {
  readonly clusters: number;
  /** How many times as fast as the clock the clusters live. */
  readonly speed: number;
  /** How many are upgraded at once. */
  readonly parallel: number;
  /** Node's options for nodeops beside the probe, for a profile. */
  readonly nodeOptions: readonly string[];
}

/** One upgrade of all clusters. */
export interface StagedRun extends LoopFigures {
  readonly clusters: number;
  /** Seconds by the clock: all of it, until the first cluster began, and of the cluster that took longest. */
  readonly wall: number;
  readonly looking: number;
  readonly longest: number;
  /** Processor seconds of the simulated clusters and their SSH servers. */
  readonly stageCpu: number;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const [stageProgram, nodeops, probe] = [at('../scripts/stage.ts'), at('../dist/main.js'), at('loop-probe.ts')];

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });

interface Transition {
  readonly type: string;
  readonly at: number;
  readonly cluster: string;
}

/** When each cluster's part of the only run below a state directory began and ended. */
const transitionsOf = (state: string): readonly Transition[] => {
  const runs = join(state, 'nodeops/runs');
  const [run = ''] = readdirSync(runs);
  const lines = readFileSync(join(runs, run, 'fleet.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line): Transition => JSON.parse(line)).filter(({ type }) => type?.startsWith('run-'));
};

const longestOf = (transitions: readonly Transition[]): number => {
  const begun = new Map(
    transitions.filter(({ type }) => type === 'run-started').map((each) => [each.cluster, each.at]),
  );
  const ends = transitions.filter(({ type }) => type === 'run-finished');
  return Math.max(...ends.map((end) => end.at - (begun.get(end.cluster) ?? end.at))) / 1000;
};

/** Source: proc(5), stat, fields 14 and 15, in ticks of which sysconf(3) has 100 a second on Linux. */
const cpuSecondsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) / 100;
};

const upgrade = async (directory: string, wish: StagedWish): Promise<{ wall: number; begun: number }> => {
  const { SSH_AUTH_SOCK: _agent, ...env } = process.env;
  const out = openSync(join(directory, 'printed'), 'w');
  const argv = [
    'upgrade',
    '--inventory',
    'inventory.yaml',
    '--to',
    '1.36.3',
    '--yes',
    '--parallel',
    `${wish.parallel}`,
  ];
  const begun = Date.now();
  const child = spawn(process.execPath, [...wish.nodeOptions, '--import', probe, nodeops, ...argv], {
    cwd: directory,
    env: { ...env, XDG_STATE_HOME: join(directory, 'state'), NODEOPS_BENCH_FIGURES: join(directory, 'figures.json') },
    stdio: ['ignore', out, out],
  });
  const code = await exitOf(child);
  const wall = (Date.now() - begun) / 1000;
  if (code !== 0)
    throw new Error(`nodeops ended with ${code}:\n${readFileSync(join(directory, 'printed'), 'utf8').slice(-3000)}`);
  return { wall, begun };
};

/** Stages so many clusters in a process of their own, and upgrades them all. @throws Error where one did not come to its end. */
export const runStaged = async (wish: StagedWish): Promise<StagedRun> => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-bench-'));
  const options = [
    '--clusters',
    `${wish.clusters}`,
    '--speed',
    `${wish.speed}`,
    '--no-waves',
    '--directory',
    directory,
  ];
  const stage = fork(stageProgram, options, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const gone = exitOf(stage);
  const ready = new Promise<void>((resolve) => stage.once('message', () => resolve()));
  try {
    await Promise.race([ready, gone.then((code) => Promise.reject(new Error(`the stage ended with ${code}`)))]);
    const stagedCpu = cpuSecondsOf(stage.pid ?? 0);
    const { wall, begun } = await upgrade(directory, wish);
    const figures: LoopFigures = JSON.parse(readFileSync(join(directory, 'figures.json'), 'utf8'));
    const transitions = transitionsOf(join(directory, 'state'));
    return {
      ...figures,
      clusters: wish.clusters,
      wall,
      looking: (Math.min(...transitions.map((each) => each.at)) - begun) / 1000,
      longest: longestOf(transitions),
      stageCpu: cpuSecondsOf(stage.pid ?? 0) - stagedCpu,
    };
  } finally {
    stage.kill('SIGTERM');
    await gone;
    rmSync(directory, { recursive: true, force: true });
  }
};
