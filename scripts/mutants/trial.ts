import { execa } from 'execa';
import { z } from 'zod';

/** One simulation that did not end as it must. */
export interface Bad {
  readonly seed: number;
  readonly verdict: string;
  readonly what: readonly string[];
}

const sums = z.object({
  seeds: z.number(),
  broken: z.number(),
  unconverged: z.number(),
  other: z.number(),
  bad: z.array(z.object({ seed: z.number(), verdict: z.string(), what: z.array(z.string()) })),
});

export type Sums = z.infer<typeof sums>;

/** Of no seeds at all. */
export const untold: Sums = { seeds: 0, broken: 0, unconverged: 0, other: 0, bad: [] };

export interface Seeds {
  readonly from: number;
  readonly seeds: number;
  /** Further options of scripts/sim.ts. */
  readonly look: readonly string[];
}

/** Only what the simulator judged: what it does not model, or what threw, proves nothing. */
export const isBreak = ({ verdict }: Bad): boolean => verdict === 'broken' || verdict === 'unconverged';

/** The kind of break, names and numbers left out. */
export const likeness = ({ verdict, what }: Bad): string => {
  const [line = ''] = (what[0] ?? '').split('\n', 1);
  const invariant = /^invariant \d+/.exec(line)?.[0] ?? '';
  return `${verdict} ${invariant} ${line
    .replace(invariant, '')
    .replaceAll(/\S*\d\S*/g, '#')
    .slice(0, 60)}`;
};

/**
 * Simulates with the code of a directory, one seed after the other. `untilBroken`: no further than the first break.
 * @throws Error when the program itself fails, or `timeoutMs` is over.
 */
export const simulateIn = async (
  directory: string,
  { from, seeds, look }: Seeds,
  { untilBroken, timeoutMs }: { readonly untilBroken: boolean; readonly timeoutMs: number },
): Promise<Sums> => {
  const { stdout, stderr, exitCode, timedOut } = await execa(
    process.execPath,
    [
      'scripts/sim.ts',
      `--from=${from}`,
      `--seeds=${seeds}`,
      '--workers=0',
      '--output=json',
      ...(untilBroken ? ['--until-broken'] : []),
      ...look,
    ],
    { cwd: directory, reject: false, timeout: timeoutMs },
  );
  if (timedOut) throw new Error(`no end within ${Math.round(timeoutMs / 1000)} s`);
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if ((exitCode !== 0 && exitCode !== 1) || !last.startsWith('{'))
    throw new Error(`scripts/sim.ts ended with ${exitCode ?? 'no code'}: ${stderr.trim().slice(-400)}`);
  return sums.parse(JSON.parse(last));
};

/** What the product without a mutant shows: kinds of break, and how single seeds end. */
export class Baseline {
  readonly breaks: readonly Bad[];
  readonly sums: Sums;
  readonly #likenesses: ReadonlySet<string>;
  readonly #directory: string;
  readonly #timeoutMs: number;
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(directory: string, of: Sums, timeoutMs: number) {
    this.sums = of;
    this.breaks = of.bad.filter(isBreak);
    this.#likenesses = new Set(this.breaks.map(likeness));
    this.#directory = directory;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether a break is the mutant's own: of a kind that the product never shows, on a seed on which it ends well. */
  async isNew(bad: Bad, look: Seeds['look']): Promise<boolean> {
    return !this.#likenesses.has(likeness(bad)) && (await this.#endsWell({ from: bad.seed, seeds: 1, look }));
  }

  #endsWell(one: Seeds): Promise<boolean> {
    const key = [one.from, ...one.look].join(' ');
    const limits = { untilBroken: false, timeoutMs: this.#timeoutMs };
    const asked = this.#asked.get(key) ?? simulateIn(this.#directory, one, limits).then(({ bad }) => bad.length === 0);
    this.#asked.set(key, asked);
    return asked;
  }
}

export type Hunt =
  | { readonly kind: 'found'; readonly bad: Bad; readonly seeds: number }
  | { readonly kind: 'missed'; readonly seeds: number; readonly other: number; readonly excused: readonly Bad[] };

/** Goes through the seeds until the code of a directory shows a break that the product does not show. */
export const hunt = async (directory: string, wanted: Seeds, baseline: Baseline, timeoutMs: number): Promise<Hunt> => {
  const end = wanted.from + wanted.seeds;
  const until = performance.now() + timeoutMs;
  const excused: Bad[] = [];
  let other = 0;
  for (let from = wanted.from; from < end;) {
    const left = Math.max(1, Math.round(until - performance.now()));
    const rest = { ...wanted, from, seeds: end - from };
    const found = await simulateIn(directory, rest, { untilBroken: true, timeoutMs: left });
    other += found.other;
    const bad = found.bad.find(isBreak);
    if (bad === undefined) break;
    if (await baseline.isNew(bad, wanted.look)) return { kind: 'found', bad, seeds: bad.seed - wanted.from + 1 };
    excused.push(bad);
    from = bad.seed + 1;
  }
  return { kind: 'missed', seeds: wanted.seeds, other, excused };
};
