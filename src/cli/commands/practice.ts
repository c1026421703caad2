import { exitCode, UsageError } from '../../model/errors.ts';
import type { Cluster } from '../../model/cluster.ts';
import { playbookNameOf, type TaskVerb } from '../../practice/compose.ts';
import type { PracticeTask, TaskPlace } from '../../practice/task-schema.ts';
import { paintFor } from '../../report/paint.ts';
import { tasksText } from '../../report/practice-text.ts';
import type { SelectionOptions } from '../inventory.ts';
import { inLookSession } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { runPlaybook } from '../playbook-run.ts';
import { practiceCluster } from '../practice-ground.ts';
import { lookForTask, playersOf, whyNotWell, type Players, type TaskSight } from '../practice-sight.ts';
import { namedTask, taskNames } from '../practice-tasks.ts';
import { commandFor, tellTask, type PracticeLookOptions } from '../practice-words.ts';
import { askOnce, checkConsent } from '../protection.ts';
import { wishesToRun } from './run.ts';

export type PracticeOptions = Pick<SelectionOptions, 'inventory' | 'cluster'> & PlaybookOptions;

/** `nodeops practice list`. Connects to nothing. */
export const practiceList = (parts: Parts, { output }: Pick<PracticeLookOptions, 'output'>): number => {
  const tasks = taskNames(parts)
    .map((name) => namedTask(parts, name))
    .map(({ name, title, domain, minutes, teaches, documentation }) => ({
      name,
      title,
      domain,
      minutes,
      teaches,
      documentation,
    }))
    .toSorted((a, b) => a.domain.localeCompare(b.domain) || a.minutes - b.minutes);
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify(tasks)}\n` : tasksText(tasks, paintFor(parts.stdout, parts.env)),
  );
  return exitCode.done;
};

const placesOf = ({ needs, keeps, setUp, checklist, reset }: PracticeTask): readonly TaskPlace[] =>
  [needs, keeps, setUp, checklist, reset].flatMap((all) => all.map(({ on }) => on));

const runTask = async (
  parts: Parts,
  verb: TaskVerb,
  task: string,
  {
    cluster,
    players,
    options,
    again,
  }: {
    readonly cluster: Cluster;
    readonly players: Players;
    readonly options: PracticeOptions;
    readonly again: string;
  },
): Promise<number> => {
  const { worker, controlPlane } = players;
  const set = [`node=${worker === '' ? controlPlane : worker}`, `worker=${worker}`, `controlPlane=${controlPlane}`];
  // Who allowed practice there has typed the cluster's name: a yes is enough to begin with a task.
  if (options.dryRun !== true) {
    checkConsent(parts, [cluster], options);
    if ((await askOnce(parts, cluster, options)) === undefined) return exitCode.done;
  }
  const here = { ...options, cluster: [cluster.name], yes: true };
  const wishes = wishesToRun(parts, playbookNameOf(verb, task), { ...here, set });
  return runPlaybook(
    parts,
    wishes.map((wish) => ({ ...wish, again })),
    here,
  );
};

const blockedBy = (parts: Parts, cluster: string, why: string, fix: string): number => {
  parts.stderr.write(`${cluster}: ${why}\n    ${fix}\nNothing was changed.\n`);
  return exitCode.blocked;
};

/** What stands in the way of setting a task up, told; undefined where nothing does. */
const obstacleTo = (
  parts: Parts,
  { task, sight, trouble }: { readonly task: string; readonly sight: TaskSight; readonly trouble: string | undefined },
  options: PracticeOptions,
  cluster: string,
): number | undefined => {
  if (sight.kind === 'unknown')
    return blockedBy(
      parts,
      cluster,
      `cannot tell whether a task is set up: ${sight.why}`,
      'the first control plane keeps it: look at it there',
    );
  if (sight.kind === 'task')
    return sight.state.task === task
      ? undefined
      : blockedBy(
          parts,
          cluster,
          `the task ${sight.state.task} is set up`,
          `put the cluster back as it was first: ${commandFor('reset', [], options, cluster)}`,
        );
  return trouble === undefined
    ? undefined
    : blockedBy(
        parts,
        cluster,
        `it is not well before the task: ${trouble}`,
        'mend it first: afterwards nobody could tell what the task broke',
      );
};

/** `nodeops practice start TASK`. @throws UsageError before anything is connected to. */
export const practiceStart = async (
  parts: Parts,
  name: string,
  options: PracticeOptions & { readonly worker?: string },
): Promise<number> => {
  const { cluster } = practiceCluster(parts, options);
  const task = namedTask(parts, name);
  const wanted = playersOf(cluster, options.worker);
  if (wanted.worker === '' && placesOf(task).includes('worker'))
    throw new UsageError(
      `the task ${name} is about a worker, and ${cluster.name} has none: take another task, or cluster`,
    );
  const [sight, trouble] = await inLookSession(parts, cluster, options, async (session) => {
    const found = await lookForTask(session);
    return [found, found.kind === 'none' ? await whyNotWell(session) : undefined] as const;
  });
  const stopped = obstacleTo(parts, { task: name, sight, trouble }, options, cluster.name);
  if (stopped !== undefined) return stopped;
  const state = sight.kind === 'task' ? sight.state : undefined;
  const players = state === undefined ? wanted : playersOf(cluster, state.worker);
  if (state?.stage !== 'begun') {
    const again = commandFor('start', [name], options, cluster.name);
    const code = await runTask(parts, 'start', name, { cluster, players, options, again });
    if (code !== exitCode.done || options.dryRun === true) return code;
  }
  tellTask(parts, options, cluster.name, task, players);
  return exitCode.done;
};

/** `nodeops practice reset`: the cluster as it was before the task, however far it was solved. @throws UsageError as start. */
export const practiceReset = async (parts: Parts, options: PracticeOptions): Promise<number> => {
  const { cluster } = practiceCluster(parts, options);
  const sight = await inLookSession(parts, cluster, options, lookForTask);
  if (sight.kind === 'unknown')
    return blockedBy(
      parts,
      cluster.name,
      `cannot tell which task is set up: ${sight.why}`,
      'the first control plane keeps it: look at it there',
    );
  if (sight.kind === 'none') {
    parts.stdout.write(`${cluster.name}: no task is set up: nothing to do\n`);
    return exitCode.done;
  }
  const { task, worker } = sight.state;
  const players = playersOf(cluster, worker);
  const again = commandFor('reset', [], options, cluster.name);
  return runTask(parts, 'reset', task, { cluster, players, options, again });
};
