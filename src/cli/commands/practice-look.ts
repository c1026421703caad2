import { countHints } from '../../commands/practice.ts';
import { exitCode } from '../../model/errors.ts';
import { succeeded } from '../../model/exit.ts';
import { fillText } from '../../practice/compose.ts';
import type { PracticeTask, TaskPlace } from '../../practice/task-schema.ts';
import { paintFor } from '../../report/paint.ts';
import { isSolved, marksText, solutionText, type PracticeMarks } from '../../report/practice-text.ts';
import { performAll } from '../../run/perform.ts';
import type { Session } from '../../run/session.ts';
import { loadOne } from '../inventory.ts';
import { inLookSession } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { lookForTask, markTask, playersOf, type Players } from '../practice-sight.ts';
import { namedTask } from '../practice-tasks.ts';
import { commandFor, tellTask, type PracticeLookOptions as LookOptions } from '../practice-words.ts';
import { recordDeed } from '../recorded-deed.ts';
import { whyOwned } from '../why-owned.ts';

interface Practising {
  readonly session: Session;
  readonly task: PracticeTask;
  readonly players: Players;
  readonly hints: number;
  readonly sinceMs: number;
}

const inTask = async (
  parts: Parts,
  options: LookOptions,
  act: (practising: Practising) => Promise<number>,
  ways: { readonly refuseWrites?: boolean } = {},
): Promise<number> => {
  const { cluster } = loadOne(parts, options, 'practised on');
  return inLookSession(
    parts,
    cluster,
    options,
    async (session) => {
      const sight = await lookForTask(session);
      if (sight.kind === 'unknown') {
        parts.stderr.write(`${cluster.name}: cannot tell which task is set up: ${sight.why}\n`);
        return exitCode.blocked;
      }
      if (sight.kind === 'none') {
        parts.stderr.write(
          `${cluster.name}: no task is set up\n    nodeops practice list shows them; ${commandFor('start', ['TASK'], options, cluster.name)}\n`,
        );
        return exitCode.blocked;
      }
      const { task, worker, hints, secondsAgo, stage } = sight.state;
      if (stage !== 'begun')
        parts.stderr.write(
          `${cluster.name}: the task ${task} is not set up whole\n    go on with it: ${commandFor('start', [task], options, cluster.name)}\n`,
        );
      const players = playersOf(cluster, worker);
      return act({ session, task: namedTask(parts, task), players, hints, sinceMs: secondsAgo * 1000 });
    },
    ways,
  );
};

const marksOf = async ({ session, task, players, hints, sinceMs }: Practising): Promise<PracticeMarks> => ({
  cluster: session.cluster.name,
  task: task.name,
  items: await markTask(session, task, players),
  sinceMs,
  hints,
});

const tellMarks = (parts: Parts, marks: PracticeMarks, output: OutputFormat): void => {
  parts.stdout.write(
    output === 'json'
      ? `${JSON.stringify({ solved: isSolved(marks), ...marks })}\n`
      : marksText(marks, paintFor(parts.stdout, parts.env)),
  );
};

/** `nodeops practice check`: exit code 0 where the task is solved, 1 where it is not, 3 where there is none. Writes nothing. */
export const practiceCheck = (parts: Parts, options: LookOptions): Promise<number> =>
  inTask(parts, options, async (practising) => {
    const marks = await marksOf(practising);
    tellMarks(parts, marks, options.output);
    return isSolved(marks) ? exitCode.done : exitCode.failed;
  });

/** Between two looks. */
const pauseMs = 3000;

/** `nodeops practice watch`: marks again and again, and tells what changed, until the task is solved. Writes nothing. */
export const practiceWatch = (parts: Parts, options: LookOptions): Promise<number> =>
  inTask(parts, options, async (practising) => {
    const { clock } = parts;
    const began = clock.now();
    let told = '';
    for (;;) {
      const marks = await marksOf({ ...practising, sinceMs: practising.sinceMs + clock.now() - began });
      const now = JSON.stringify(marks.items);
      if (now !== told) tellMarks(parts, marks, options.output);
      told = now;
      if (isSolved(marks)) return exitCode.done;
      await clock.sleep(pauseMs);
    }
  });

/** `nodeops practice show`: the text of the task once more. Writes nothing. */
export const practiceShow = (parts: Parts, options: LookOptions): Promise<number> =>
  inTask(parts, options, ({ session, task, players }) => {
    tellTask(parts, options, session.cluster.name, task, players);
    return Promise.resolve(exitCode.done);
  });

/** Remembers on the first control plane that a hint was given; or why that was not written. */
const noteHint = async (parts: Parts, { session, players }: Practising, given: number, options: LookOptions) => {
  const owned = await whyOwned(parts, session, options);
  if (owned !== undefined) return owned;
  const { name } = session.cluster;
  const action = { do: 'exec', on: players.controlPlane, command: countHints(given) } as const;
  const { value } = await recordDeed(
    parts,
    { cluster: name, name: 'practice-hint', parameters: { given } },
    async (emit, run) => {
      const performance = { session, emit, run, address: 'practice', step: 'practice-hint', attempt: 1, waitedMs: 0 };
      const performed = await performAll(performance, [action]);
      const well = performed !== undefined && succeeded(performed.result.exit);
      return { outcome: well ? 'done' : 'failed', value: well };
    },
  );
  return value ? undefined : `${players.controlPlane} did not take the count of hints`;
};

/** `nodeops practice hint`: one more each time. @throws UsageError before anything is connected to. */
export const practiceHint = (parts: Parts, options: LookOptions): Promise<number> =>
  inTask(
    parts,
    options,
    async (practising) => {
      const { task, players, session, hints } = practising;
      const given = Math.min(hints + 1, task.hints.length);
      const text = fillText(task.hints[given - 1] ?? '', players).trimEnd();
      const trouble = given === hints ? undefined : await noteHint(parts, practising, given, options);
      if (trouble !== undefined) parts.stderr.write(`note: the hint is not counted: ${trouble}\n`);
      const last = given === task.hints.length;
      const more = last
        ? `\n    what a person would type: ${commandFor('solution', [], options, session.cluster.name)}`
        : '';
      parts.stdout.write(
        options.output === 'json'
          ? `${JSON.stringify({ task: task.name, hint: given, of: task.hints.length, text })}\n`
          : `Hint ${given} of ${task.hints.length}: ${text}${more}\n`,
      );
      return exitCode.done;
    },
    { refuseWrites: false },
  );

/** `nodeops practice solution`: what a person would type. Writes nothing. */
export const practiceSolution = (parts: Parts, options: LookOptions): Promise<number> =>
  inTask(parts, options, ({ task, players }) => {
    const names: Readonly<Record<TaskPlace, string>> = {
      worker: players.worker,
      'control-plane': players.controlPlane,
      'every-node': 'every node',
    };
    const steps = task.solution.map(({ on, type }) => ({ on: names[on], type: fillText(type, players) }));
    parts.stdout.write(
      options.output === 'json' ? `${JSON.stringify(steps)}\n` : solutionText(steps, paintFor(parts.stdout, parts.env)),
    );
    return Promise.resolve(exitCode.done);
  });
