import { z } from 'zod';
import { ownCheck as checkLine, ownCommand, ownPlace, ownScript } from '../commands/own-command.ts';
import { ownCheck } from '../facts/own-check.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { oneLine, parameterValues } from './written-values.ts';

const schema = z.strictObject({
  name: oneLine,
  /** Scripts for sh. */
  check: z.string().min(1),
  command: z.string().min(1),
  timeoutMs: z
    .int()
    .min(1000)
    .default(5 * 60_000),
  parameters: parameterValues.default({}),
});

/**
 * One part of setting up a task, or of putting back what was there before it. As `run-command`, but that no plan shows what
 * it does: to find that out is the task.
 */
export const runPracticePart = defineStep({
  id: 'run-practice-part',
  subject: 'node',
  title: ({ name }) => name,
  with: schema,
  hidden: ['check', 'command'],
  detect: (wish, on: NodeSubject) => ({
    checked: ownCheck(wish.name, checkLine(ownScript(wish.check), ownPlace(on, wish))),
  }),
  ownLook: true,

  check: ({ checked }, { name }, { node }) => {
    if (checked.kind === 'passed') return satisfied;
    if (checked.kind === 'not-passed') return needed('what it does is not shown: that would be the answer');
    return blocked(
      `cannot tell on ${node} whether "${name}" is done: its check could not be run (rc ${checked.code}: ${checked.said})`,
      `look whether ${node} has what a node of kubeadm has; then the same command again`,
    );
  },

  apply: (_seen, wish, on) => [
    { do: 'exec', on: on.node, command: ownCommand(ownScript(wish.command), ownPlace(on, wish), wish.timeoutMs) },
  ],
  expect: () => ({ checked: { kind: 'passed' as const } }),

  explain: {
    why: 'a part of a task to practise with, where its own check says that it is needed.',
    source: 'docs/practice.md',
    type: ['CHECK || COMMAND'],
  },
});
