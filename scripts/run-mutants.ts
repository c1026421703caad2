import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import pLimit from 'p-limit';
import { runScript, whole } from './command-line.ts';
import { readMutants, type Mutant } from './mutants/mutant.ts';
import { applyPatch, copyOf } from './mutants/scratch.ts';
import { Baseline, hunt, simulateIn, untold, type Bad, type Hunt } from './mutants/trial.ts';

const usage = `Puts each mutant of test/mutants into a copy of the product and simulates until it breaks something.

  npm run -s test:mutants
  npm run -s test:mutants -- --only drain-left-out --seeds 2000

  --only NAME     this one (several times: these)
  --seeds N       how many seeds a mutant may survive (10000)
  --from N        the first seed (1)
  --baseline N    seeds on which the product itself is watched first (500)
  --together N    mutants at a time (2)
  --minutes N     how long one mutant may take (60)

A patch may say where to look for its mutant (\`# look: --nodes 3+1 --faults none\`, options of npm run -s sim); the
product itself is watched there too, and the table shows it. A mutant counts as found only by a broken invariant, or by a
run that does not get where it must, on a seed on which the product itself ends as it must, and only where the product
shows no break of that kind. Exit code 1 when one is missed or no longer applies.
`;

const options = {
  only: { type: 'string', multiple: true },
  seeds: { type: 'string', default: '10000' },
  from: { type: 'string', default: '1' },
  baseline: { type: 'string', default: '500' },
  together: { type: 'string', default: '2' },
  minutes: { type: 'string', default: '60' },
  help: { type: 'boolean', default: false },
} as const;

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const chosen = (only: readonly string[] | undefined): readonly Mutant[] => {
  const all = readMutants(join(root, 'test/mutants'));
  const unknown = only?.find((name) => !all.some((mutant) => mutant.name === name));
  if (unknown !== undefined) throw new RangeError(`--only ${unknown}: test/mutants has no ${unknown}.patch`);
  return all.filter(({ name }) => only?.includes(name) ?? true);
};

interface Row {
  readonly mutant: Mutant;
  readonly found: boolean;
  readonly by: string;
  readonly seed: string;
  readonly seeds: string;
  readonly seconds: number;
}

/** A run that goes wrong breaks several at a time: told is the one that was meant, or the first. */
const toldBy = ({ what, verdict }: Bad, invariant: number): string => {
  const meant = what.find((line) => line.startsWith(`invariant ${invariant}:`)) ?? what[0] ?? '';
  return /^(invariant \d+|fleet [a-z-]+)/.exec(meant)?.[0] ?? verdict;
};

const cells = (result: Hunt, { invariant }: Mutant): Pick<Row, 'found' | 'by' | 'seed' | 'seeds'> => {
  if (result.kind === 'found') {
    const by = toldBy(result.bad, invariant);
    return { found: true, by, seed: String(result.bad.seed), seeds: String(result.seeds) };
  }
  const { other, excused } = result;
  const why = [
    ...(other === 0 ? [] : [`${other} gaps and crashes`]),
    ...(excused.length === 0 ? [] : [`${excused.length} breaks that the product shows too`]),
  ];
  return { found: false, by: ['MISSED', ...why].join(', '), seed: '', seeds: String(result.seeds) };
};

interface Trial {
  readonly from: number;
  readonly seeds: number;
  readonly minutes: number;
  readonly product: string;
  readonly baseline: Baseline;
}

const tryOne = async (mutant: Mutant, { from, seeds, minutes, product, baseline }: Trial): Promise<Row> => {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 1000);
  const scratch = copyOf(product, join(root, 'node_modules'));
  try {
    const refused = await applyPatch(scratch.directory, mutant.path);
    if (refused !== undefined)
      return { mutant, found: false, by: `DOES NOT APPLY: ${refused}`, seed: '', seeds: '', seconds: seconds() };
    const result = await hunt(scratch.directory, { from, seeds, look: mutant.look }, baseline, minutes * 60_000);
    const row = { mutant, ...cells(result, mutant), seconds: seconds() };
    const what = result.kind === 'found' ? `: ${result.bad.what[0]?.split('\n')[0] ?? ''}` : '';
    say(`${mutant.name}: ${row.by}${what} (${row.seeds} seeds, ${row.seconds} s)`);
    return row;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`${mutant.name}: ${why}`);
    return { mutant, found: false, by: `MISSED: ${why}`, seed: '', seeds: '', seconds: seconds() };
  } finally {
    scratch.remove();
  }
};

const tableOf = (rows: readonly Row[]): string => {
  const table = new Table({
    head: ['mutant', 'invariant', 'looked at', 'found by', 'seed', 'after seeds', 'seconds'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'left', 'left', 'right', 'right', 'right'],
  });
  for (const { mutant, by, seed, seeds, seconds } of rows) {
    const { name, invariant, look } = mutant;
    const where = look.length === 0 ? 'everywhere' : look.join(' ');
    table.push([name, invariant === 0 ? '-' : invariant, where, by, seed, seeds, seconds]);
  }
  return table.toString();
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const mutants = chosen(values.only);
  const [from, minutes] = [whole('from', values.from), whole('minutes', values.minutes)];
  const product = copyOf(root, join(root, 'node_modules'));
  try {
    const seeds = whole('baseline', values.baseline);
    say(`the product itself on ${seeds} seeds …`);
    const timeoutMs = minutes * 60_000;
    const sums =
      seeds === 0
        ? untold
        : await simulateIn(product.directory, { from, seeds, look: [] }, { untilBroken: false, timeoutMs });
    const baseline = new Baseline(product.directory, sums, timeoutMs);
    say(`${sums.broken} broken, ${sums.unconverged} unconverged, ${sums.other} gaps and crashes`);
    const trial = { from, seeds: whole('seeds', values.seeds), minutes, product: product.directory, baseline };
    const limit = pLimit(whole('together', values.together));
    const rows = await Promise.all(mutants.map((mutant) => limit(() => tryOne(mutant, trial))));
    const found = rows.filter((row) => row.found).length;
    process.stdout.write(`${tableOf(rows)}\n${found} found, ${rows.length - found} missed\n`);
    return found === rows.length ? 0 : 1;
  } finally {
    product.remove();
  }
};

await runScript(main);
