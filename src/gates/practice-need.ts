import { z } from 'zod';
import { ownCheck as checkLine, ownPlace, ownScript } from '../commands/own-command.ts';
import { ownCheck } from '../facts/own-check.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';
import { oneLine, parameterValues } from '../steps/written-values.ts';

const schema = z.strictObject({
  name: oneLine,
  /** A script for sh. */
  check: z.string().min(1),
  parameters: parameterValues.default({}),
});

/** What a task needs of the cluster before it is set up. */
export const practiceNeed = defineStep({
  id: 'practice-need',
  subject: 'node',
  title: ({ name }) => name,
  with: schema,
  hidden: ['check'],
  detect: (wish, on: NodeSubject) => ({
    checked: ownCheck(wish.name, checkLine(ownScript(wish.check), ownPlace(on, wish))),
  }),
  ownLook: true,

  check: ({ checked }, { name }, { node }) =>
    checked.kind === 'passed'
      ? satisfied
      : blocked(
          `the task needs that ${name}, and ${node} says: ${checked.said === '' ? `rc ${checked.code}` : checked.said}`,
          'take another task (nodeops practice list), or a cluster that has it',
        ),

  explain: {
    why: 'A task that could not be solved, or not be taken back, is not set up.',
    source: 'docs/practice.md',
    type: ['CHECK'],
  },
});
