import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createNarrator } from './demo/narrator.ts';
import type { NodeopsProcess } from './demo/program.ts';
import { setStage } from './demo/stage.ts';
import { play, versions, type Outcome } from './demo/story.ts';

const usage = `Two upgrades of a simulated cluster by the real nodeops over real SSH, on this machine alone.

  npm run demo
  npm run demo -- --speed 30

  --speed N   how many times as fast as the clock the simulated nodes live (20)
  --keep      leave the records of the runs, to look at with nodeops runs

Nothing is installed and nothing is left behind; no root, no containers, no network beyond 127.0.0.1.
Ctrl-C once stops after the step in hand, twice at once. Exit code 0 when both upgrades went as they must.
`;

interface Wish {
  readonly speed: number;
  readonly keep: boolean;
}

/** Why the demo ends before its end. */
class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Faster than this, a step of the real program lasts longer than what the nodes wait for. */
const fastest = 100;

/** @throws RangeError for a speed that is none; TypeError for an unknown option. */
const wishOf = (): Wish | undefined => {
  const { values } = parseArgs({
    options: {
      speed: { type: 'string', default: '20' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const speed = Number(values.speed);
  if (!(speed >= 1 && speed <= fastest))
    throw new RangeError(`--speed ${values.speed}: expected a number from 1 to ${fastest}`);
  return { speed, keep: values.keep };
};

const wentWell = ({ codes, versions: now, applies, attached }: Outcome): boolean =>
  codes.length === 2 &&
  codes.every((code) => code === 0) &&
  applies === 1 &&
  attached &&
  Object.values(now).every((version) => version === versions.last);

const goOn = (directory: string, keep: boolean): readonly string[] => [
  ...(keep ? [`the records: XDG_STATE_HOME=${directory}/state npm run -s nodeops -- runs list`] : []),
  'what a person would type for a step, and why:  npm run -s nodeops -- explain apply-upgrade',
  'the same on real nodes, in containers:         npm run -s lab -- up --name paris --topology 1+2 --version 1.35.4',
  'your own cluster:                              README.md',
];

/** Plays it in a directory; the exit code. @throws what the simulated nodes do not model; Stopped. */
const playIn = async (directory: string, { speed, keep }: Wish, stop: AbortController): Promise<number> => {
  const narrator = createNarrator(process.stdout);
  let running: NodeopsProcess | undefined;
  stop.signal.addEventListener('abort', () => {
    // Ctrl-C reaches nodeops too, which knows what to do about it.
    if (!(stop.signal.reason instanceof Stopped && stop.signal.reason.signal === 'SIGINT')) running?.kill();
  });
  const stage = await setStage({
    directory,
    cluster: 'paris',
    controlPlanes: 1,
    workers: 2,
    version: versions.first,
    speed,
    onFailure: (error) => stop.abort(error),
  });
  const onProgram = (program: NodeopsProcess): void => void (running = program);
  try {
    const telling = { stage, directory, speed, narrator, stopping: stop.signal, onProgram };
    const outcome = await play(telling);
    const good = wentWell(outcome);
    narrator.title(good ? 'Where to go on' : 'This did not go as it must: please report it, with all of the above');
    if (good) narrator.say(...goOn(directory, keep));
    return good ? 0 : 1;
  } finally {
    await stage.close();
  }
};

const main = async (): Promise<number> => {
  const wish = wishOf();
  if (wish === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const stop = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, () => stop.abort(new Stopped(signal)));
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-demo-'));
  try {
    return await playIn(directory, wish, stop);
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    if (!(reason instanceof Stopped)) throw reason;
    process.stdout.write('\nThe demo was stopped.\n');
    return 128 + constants.signals[reason.signal];
  } finally {
    if (!wish.keep) rmSync(directory, { recursive: true, force: true });
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || (error instanceof TypeError && 'code' in error))) throw error;
  process.stderr.write(`${error.message}\nSee npm run demo -- --help\n`);
  process.exitCode = 2;
}
