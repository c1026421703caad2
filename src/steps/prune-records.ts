import { z } from 'zod';
import { pruneRecords as pruneCommand, type Prunable } from '../commands/prune-records.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import { runFiles, type RunFiles } from '../facts/run-files.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/** What commands printed is looked at, if at all, in the weeks after an upgrade. */
const longestAgeSeconds = 30 * 86_400;
const mostBytes = 64 * 1024 * 1024;
/** A run that wrote something so recently may be at work, whatever else is seen. */
const untouchedSeconds = 3600;

const tooOld = ({ ageSeconds }: RunFiles): boolean => ageSeconds > longestAgeSeconds;

/** Beyond the limit of size the oldest go, until what is left fits in it. */
const tooMuch = (all: readonly RunFiles[], removable: readonly RunFiles[]): readonly RunFiles[] => {
  let rest = all.reduce((sum, { bytes }) => sum + bytes, 0);
  return removable
    .toSorted((a, b) => b.ageSeconds - a.ageSeconds)
    .filter(({ bytes }) => {
      if (rest <= mostBytes) return false;
      rest -= bytes;
      return true;
    });
};

/** What is to go: never of a run that still has a command going; of this run only what should not be there at all. */
const prunable = (there: readonly RunFiles[], working: ReadonlySet<string>, run: string): Prunable => {
  const questions = there.filter(({ asked }) => asked === true).map((each) => each.run);
  const all = there.filter(({ asked }) => asked !== true);
  const idle = all.filter((each) => !working.has(each.run));
  const removable = idle.filter((each) => each.run !== run && each.ageSeconds > untouchedSeconds);
  const old = removable.filter(tooOld);
  const kept = all.filter((each) => !old.includes(each));
  const runs = [
    ...old,
    ...tooMuch(
      kept,
      removable.filter((each) => !old.includes(each)),
    ),
  ].map((each) => each.run);
  const files = idle
    .filter((each) => !runs.includes(each.run))
    .flatMap((each) => each.snapshots.map((name) => `${each.run}/${name}`));
  return { runs, questions, files };
};

const workingRuns = (records: readonly { readonly run: string; readonly running: boolean }[]): ReadonlySet<string> =>
  new Set(records.filter(({ running }) => running).map(({ run }) => run));

const count = (number: number, what: string, several = `${what}s`): readonly string[] =>
  number === 0 ? [] : [`remove ${number} ${number === 1 ? what : several}`];

/** Keeps what detached commands leave on a node within bounds, and no snapshot of etcd there: it holds every Secret. */
export const pruneRecords = defineStep({
  id: 'prune-records',
  subject: 'node',
  title: () => 'remove what old runs left',
  with: z.strictObject({ run: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ files: runFiles, records: recordedCommands }),

  check: ({ files, records }, { run }) => {
    const { runs, questions, files: snapshots } = prunable(files, workingRuns(records), run);
    const changes = [
      ...count(runs.length, 'old record'),
      ...count(questions.length, 'left-over of a question', 'left-overs of questions'),
      ...count(snapshots.length, 'snapshot file'),
    ];
    return changes.length === 0 ? satisfied : needed(...changes);
  },
  apply: ({ files, records }, { run }, on) => [
    { do: 'exec', on: on.node, command: pruneCommand(prunable(files, workingRuns(records), run)) },
  ],
  expect: ({ files, records }, { run }) => {
    const { runs } = prunable(files, workingRuns(records), run);
    const working = workingRuns(records);
    return {
      files: files
        .filter((each) => each.asked !== true && !runs.includes(each.run))
        .map((each) => (working.has(each.run) ? each : { ...each, snapshots: [] })),
      records: records.filter((each) => !runs.includes(each.run)),
    };
  },

  quiet: true,
  explain: {
    why: 'Output and exit codes of commands stay on the node for 30 days, 64 MiB at most, the oldest go first; a snapshot of etcd must not stay there at all, nor what a question unpacked that went down with its node.',
    source: 'docs/how-it-works.md, "Commands that outlive the connection"',
    type: ['du -sh /var/lib/nodeops/*', 'rm -rf /var/lib/nodeops/RUN'],
  },
});
