import { spawn } from 'node:child_process';

/** What a command cost: seconds by the clock, and of processor time, its waited-for descendants included. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** bash(1): `time` counts children that were waited for, and theirs. */
const timed = 'TIMEFORMAT="cost %R %U %S"; time "$@"';

/** Runs a command to its end. @throws Error for any exit code but those that are right, with what it said. */
export const costOf = ({ argv, env, cwd }: Command, right: readonly number[] = [0]): Promise<Cost> =>
  new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', timed, 'bench', ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-100_000)));
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told = (told + chunk.toString()).slice(-100_000)));
    child.once('error', reject);
    child.once('close', (code) => {
      const [, wall, user, system] = /cost ([\d.]+) ([\d.]+) ([\d.]+)\n$/.exec(told) ?? [];
      if (code === null || !right.includes(code) || system === undefined)
        reject(new Error(`${argv.join(' ')}: exit code ${code}\n${said.slice(-2000)}\n${told.slice(-2000)}`));
      else resolve({ wall: Number(wall), cpu: Number(user) + Number(system) });
    });
  });

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
};

export interface Contender {
  readonly name: string;
  readonly command: Command;
  readonly right?: readonly number[];
}

export interface Standing {
  readonly name: string;
  readonly wall: number;
  readonly cpu: number;
}

/** Each in turn, round after round, so that what else the machine does meets all alike; medians, in the order given. */
export const compare = async (
  contenders: readonly Contender[],
  rounds: number,
  tell: (text: string) => void,
): Promise<readonly Standing[]> => {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1)
    for (const { name, command, right } of contenders) {
      const cost = await costOf(command, right);
      costs.get(name)?.push(cost);
      tell(`round ${round}: ${name}: ${cost.wall.toFixed(2)} s, ${cost.cpu.toFixed(2)} s of processor time\n`);
    }
  return contenders.map(({ name }) => {
    const own = costs.get(name) ?? [];
    return { name, wall: median(own.map(({ wall }) => wall)), cpu: median(own.map(({ cpu }) => cpu)) };
  });
};

/** A table of medians, with what the first one needs in proportion to each other. */
export const standingsText = (standings: readonly Standing[]): string => {
  const [first] = standings;
  const rows = standings.map(({ name, wall, cpu }) => {
    const share = (own: number | undefined, other: number): string =>
      own === undefined || first?.name === name ? '' : (own / other).toFixed(2);
    return [name, wall.toFixed(2), cpu.toFixed(2), share(first?.wall, wall), share(first?.cpu, cpu)];
  });
  const head = ['', 'wall (s)', 'CPU (s)', `${first?.name ?? ''}: wall ÷ this`, 'CPU ÷ this'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
};
