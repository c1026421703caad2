import { z } from 'zod';
import type { Ended } from '../run-nodeops.ts';
import type { Break } from './judge.ts';

/** Something that was done to the world, at a moment of an upgrade. */
export interface Strike {
  readonly fault: string;
  readonly point: string;
  /** How the address of the step ends that it struck: `ft-w1/drain-node`. */
  readonly step: string;
  readonly at: number;
  /** What was found, where it is not what the next run began with. */
  found?: string;
}

/** One start of the program, and how it ended. */
export interface Turn {
  readonly begun: number;
  end?: { readonly at: number; readonly ended: Ended };
}

/** One line of the table that a suite prints. */
export interface Row {
  readonly fault: string;
  readonly point: string;
  readonly found: string;
  readonly end: string;
  readonly breaks: number;
  /** From the fault until the step that it struck had come to its end. */
  readonly seconds: number | undefined;
}

const told = z.looseObject({
  at: z.number(),
  type: z.string(),
  address: z.string().default(''),
  effect: z.string().optional(),
  unit: z.string().optional(),
  failure: z.object({ message: z.string() }).optional(),
});

type Told = z.infer<typeof told>;

/** What a program told, in order. One that was killed may have left half a line. */
const eventsOf = ({ stdout }: Ended): readonly Told[] =>
  stdout.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    const event = told.safeParse(JSON.parse(line));
    return event.success ? [event.data] : [];
  });

const eventsIn = ({ end }: Turn): readonly Told[] => (end === undefined ? [] : eventsOf(end.ended));

/** What is wrong stands at both ends of a message. */
const shortened = (text: string): string => {
  const line = text.split('\n')[0] ?? '';
  return line.length > 130 ? `${line.slice(0, 80)}…${line.slice(-49)}` : line;
};

const nameOf = (line: string): string =>
  line.startsWith('sh -c') ? 'an install' : line.split(' ').slice(0, 3).join(' ');

/** How a program ended that did not come to the end. */
export const stopOf = (ended: Ended): string => {
  const { code, stderr } = ended;
  if (code > 128) return `killed (rc ${code})`;
  const failure = eventsOf(ended).findLast(({ type }) => type === 'run-finished')?.failure;
  const lines = stderr.trim().split('\n');
  const said =
    failure?.message ?? lines.find((line) => / is owned by |^nodeops: |blocked: /.test(line)) ?? lines.at(-1) ?? '';
  return `rc ${code}: ${shortened(said)}`;
};

/** What a turn found that began after the fault: a command that goes on, and what it wrote first. */
const beginningOf = (turn: Turn): string => {
  const attached = /still runs `([^`]*)/.exec(turn.end?.ended.stderr ?? '')?.[1];
  const first = eventsIn(turn).find(
    ({ type, effect, address }) => type === 'command-started' && effect === 'write' && address !== 'lease',
  );
  return [
    ...(attached === undefined ? [] : [`attached to ${nameOf(attached)}`]),
    first === undefined ? 'wrote nothing' : `first write ${first.address.split('/').slice(-2).join('/')}`,
  ].join(', ');
};

const againIn = (turn: Turn, { at, step }: Strike): string => {
  const events = eventsIn(turn).filter((event) => event.at > at && event.address.endsWith(step));
  const count = (wanted: string) => events.filter(({ type }) => type === wanted).length;
  const [lost, begun] = [count('command-lost'), count('command-started')];
  if (lost > 0) return `the same run, attached again ${lost}×`;
  return begun > 0 ? 'the same run, which looked and tried again' : 'the same run, which waited';
};

const stepFinishedAt = ({ at, step }: Strike, turns: readonly Turn[]): number | undefined =>
  turns
    .flatMap(eventsIn)
    .filter((event) => event.type === 'step-finished' && event.address.endsWith(step) && event.at > at)
    .map((event) => event.at)
    .toSorted((a, b) => a - b)[0];

/** When the step that was struck came to its end, in whichever turn; or a turn that found nothing left to do. */
const finishedAt = (strike: Strike, turns: readonly Turn[]): number | undefined =>
  stepFinishedAt(strike, turns) ??
  turns.find(({ end }) => end !== undefined && end.at > strike.at && end.ended.code === 0)?.end?.at;

const foundOf = (strike: Strike, turns: readonly Turn[]): string => {
  if (strike.found !== undefined) return strike.found;
  const under = turns.findLast(({ begun, end }) => begun <= strike.at && (end === undefined || end.at >= strike.at));
  if (under?.end === undefined) return 'its run never ended';
  if (stepFinishedAt(strike, [under]) !== undefined) return againIn(under, strike);
  const next = turns.find(({ begun }) => begun >= (under.end?.at ?? 0));
  return `${stopOf(under.end.ended)} → ${next === undefined ? 'nobody went on' : beginningOf(next)}`;
};

/** Tells of each fault what was found, how it ended, and which breaks were seen before the next fault. Pure. */
export const tellOf = (
  strikes: readonly Strike[],
  turns: readonly Turn[],
  breaks: readonly Break[],
  end: string,
): readonly Row[] =>
  strikes.map((strike, index): Row => {
    const until = strikes[index + 1]?.at ?? Infinity;
    const finished = finishedAt(strike, turns);
    return {
      fault: strike.fault,
      point: strike.point,
      found: foundOf(strike, turns),
      end: finished === undefined ? `${strike.step} never ended; ${end}` : end,
      breaks: breaks.filter(({ at }) => at >= strike.at && at < until).length,
      seconds: finished === undefined ? undefined : Math.round((finished - strike.at) / 1000),
    };
  });

const heading = ['fault', 'point', 'what the next run found', 'end', 'breaks', 'finished after'];

/** The rows with columns below each other. */
export const table = (rows: readonly Row[]): string => {
  const cells = rows.map(({ fault, point, found, end, breaks, seconds }) => [
    fault,
    point,
    found,
    end,
    String(breaks),
    seconds === undefined ? 'never' : `${seconds} s`,
  ]);
  const all = [heading, ...cells];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n');
};
