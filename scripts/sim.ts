import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { invariants } from '../src/simulator/oracle/oracle.ts';
import { runScript, whole } from './command-line.ts';
import { campaign } from './simulation/campaign.ts';
import type { Choice } from './simulation/choice.ts';
import { courses } from './simulation/scenario.ts';
import { replay } from './simulation/replay.ts';
import { failures, neverReached, rulesNeverReached, type Tally } from './simulation/tally.ts';
import { tallyText } from './simulation/tally-text.ts';

const usage = `Simulated upgrades with faults, one for each seed, judged by an oracle of its own.

  npm run -s sim -- --seeds 100000            seeds 1 to 100000
  npm run -s sim -- --seeds 50 --nodes 3+5    always 3 control planes and 5 workers
  npm run -s sim -- --seeds 200 --fleet       each 2 to 6 clusters in waves, under one command
  npm run -s sim -- --seed 4711 --trace       one seed, a line for each event

  --seeds N       how many (1000)
  --from N        the first seed (1)
  --nodes C+W     control planes and workers; drawn from the seed otherwise
  --course C      back-over-minors: each goes back from an upgrade over two minors; drawn from the seed otherwise
                  certificates, kubelet-config: nodeops certs renew, nodeops kubelet config in the place of an upgrade
                  etcd: nodeops etcd upgrade, nodeops etcd replace-member
                  restore: each is backed up, meets with a disaster, and is restored
                  patched-upgrade: nodeops upgrade --os-patch
                  maintenance: os-patch, reboot, drain, cordon, uncordon
                  nodes: nodeops node remove, of machines that live or are gone, and node add of workers
  --fleet         several clusters each, taken through their waves by one command
  --faults K,K    only faults of these kinds; "none" for none at all
  --workers N     threads (as many as there are processors; 0: none beside this one)
  --until-broken  no further than a broken invariant, or a simulation that does not get where it must
  --seed N        this one alone, in this process
  --trace         with --seed: print what happened
  --output json   nothing but the last line: the sums, and what is bad, as JSON

A long campaign can be run in parts, with --from: what the last line counts can be added up.

Exit code 1 when an invariant was broken, a simulation did not get where it must, the simulator met something that it
does not model, or (from 1000 seeds on) an invariant was never put to the test.
`;

/** What the command line says of all seeds. */
interface Asked {
  readonly nodes?: string | undefined;
  readonly faults?: string | undefined;
  readonly course?: string | undefined;
  readonly fleet: boolean;
}

const courseOf = (wanted: string | undefined): Pick<Choice, 'course'> => {
  if (wanted === undefined) return {};
  const course = courses.find((each) => each === wanted);
  if (course === undefined) throw new RangeError(`--course ${wanted}: expected ${courses.join(' or ')}`);
  return { course };
};

const choiceOf = ({ nodes, faults: kinds, course, fleet }: Asked): Choice => {
  if (fleet && (nodes ?? course) !== undefined)
    throw new RangeError('--fleet draws its clusters itself: leave --nodes and --course out');
  const [, controlPlanes, workers] = /^(\d+)\+(\d+)$/.exec(nodes ?? '') ?? [];
  if (nodes !== undefined && (controlPlanes === undefined || workers === undefined))
    throw new RangeError(`--nodes ${nodes}: expected control planes and workers, such as 3+5`);
  return {
    ...(controlPlanes === undefined || workers === undefined
      ? {}
      : { topology: { controlPlanes: whole('nodes', controlPlanes, 1), workers: whole('nodes', workers, 0) } }),
    ...(kinds === undefined ? {} : { kinds: kinds === 'none' ? [] : kinds.split(',') }),
    ...courseOf(course),
    ...(fleet ? { fleet } : {}),
  };
};

const options = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  nodes: { type: 'string' },
  course: { type: 'string' },
  fleet: { type: 'boolean', default: false },
  faults: { type: 'string' },
  workers: { type: 'string', default: String(availableParallelism()) },
  'until-broken': { type: 'boolean', default: false },
  seed: { type: 'string' },
  trace: { type: 'boolean', default: false },
  output: { type: 'string', default: 'text' },
  help: { type: 'boolean', default: false },
} as const;

const progressLine = (seeds: number, begun: number) => {
  let told = 0;
  return (tally: Tally): void => {
    const now = performance.now();
    if (now - told < 1000) return;
    told = now;
    const elapsed = (now - begun) / 1000;
    const left = Math.round((elapsed / tally.seeds) * (seeds - tally.seeds));
    const { broken, unconverged, other } = failures(tally);
    const bad = broken + unconverged + other;
    process.stderr.write(
      `\r${tally.seeds}/${seeds} seeds, ${Math.round(tally.seeds / elapsed)} a second, ${left} s left${bad === 0 ? '' : `, ${bad} BAD`}   `,
    );
  };
};

const many = async (
  values: {
    readonly seeds: string;
    readonly from: string;
    readonly workers: string;
    readonly output: string;
    readonly 'until-broken': boolean;
  },
  choice: Choice,
): Promise<number> => {
  const seeds = whole('seeds', values.seeds, 1);
  const from = whole('from', values.from, 0);
  const begun = performance.now();
  const beforeAll = process.cpuUsage();
  const quiet = values.output === 'json';
  const tally = await campaign({
    seeds,
    from,
    workers: whole('workers', values.workers, 0),
    choice,
    untilBroken: values['until-broken'],
    progress: quiet ? () => undefined : progressLine(seeds, begun),
  });
  const seconds = (performance.now() - begun) / 1000;
  const numbers = invariants.map(({ number }) => number);
  const { broken, unconverged, other } = failures(tally);
  if (!quiet) {
    process.stderr.write('\n');
    process.stdout.write(tallyText(tally, seconds, numbers));
    const first = tally.bad[0];
    if (first !== undefined) process.stdout.write((await replay(first.seed, choice, false)).text);
  }
  const { events, commands, programs, faults, reached, rules } = tally;
  const sums = {
    from,
    seeds: tally.seeds,
    events,
    commands,
    programs,
    faults,
    reached,
    ...(Object.keys(rules).length === 0 ? {} : { rules }),
    broken,
    unconverged,
    other,
  };
  const { user, system } = process.cpuUsage(beforeAll);
  const times = { seconds: Number(seconds.toFixed(1)), cpuSeconds: Number(((user + system) / 1e6).toFixed(1)) };
  const bad = quiet ? { bad: tally.bad } : {};
  process.stdout.write(`${JSON.stringify({ ...sums, ...times, ...bad })}\n`);
  return broken + unconverged + other + neverReached(tally, numbers).length + rulesNeverReached(tally).length === 0
    ? 0
    : 1;
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!['text', 'json'].includes(values.output)) throw new RangeError(`--output ${values.output}: text or json`);
  const choice = choiceOf(values);
  if (values.seed === undefined) return many(values, choice);
  const seed = whole('seed', values.seed, 0);
  const { good, text } = await replay(seed, choice, values.trace);
  process.stdout.write(text);
  return good ? 0 : 1;
};

await runScript(main);
