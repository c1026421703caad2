import { z } from 'zod';
import { ownCheck as checkLine, ownCommand, ownPlace, ownScript } from '../commands/own-command.ts';
import { ownCheck } from '../facts/own-check.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { oneLine, ownArgv, parameterValues, shortLine, writtenDuration } from './written-values.ts';

const schema = z.strictObject({
  name: oneLine,
  check: ownArgv,
  command: ownArgv,
  timeout: writtenDuration.default(10 * 60_000),
  parameters: parameterValues.default({}),
});

const saying = (code: number, said: string): string => `rc ${code}${said === '' ? '' : `: ${said}`}`;

/** A command of the operator's own, with the check that tells whether it is needed: without one no run could be resumed. */
export const runCommand = defineStep({
  id: 'run-command',
  subject: 'node',
  title: ({ name }) => name,
  with: schema,
  detect: (wish, on: NodeSubject) => ({ checked: ownCheck(wish.name, checkLine(wish.check, ownPlace(on, wish))) }),
  ownLook: true,

  check: ({ checked }, { name, check, command }) => {
    if (checked.kind === 'passed') return satisfied;
    const said = saying(checked.code, checked.said);
    return checked.kind === 'not-passed'
      ? needed(`run ${shortLine(command)} (its check: ${said})`)
      : blocked(
          `cannot tell whether "${name}" is needed: its check \`${shortLine(check)}\` could not be run (${said})`,
          'correct `check:` in the playbook, or install what it needs; rc 0 means that there is nothing to do',
        );
  },

  apply: (_seen, wish, on) => [
    { do: 'exec', on: on.node, command: ownCommand(wish.command, ownPlace(on, wish), wish.timeout) },
  ],
  expect: () => ({ checked: { kind: 'passed' as const } }),

  explain: {
    why: 'a command of your own, where its check says that it is needed (rc 0: it is not). The check is asked before, and again afterwards.',
    source: 'docs/writing-a-playbook.md, "run-command"',
    type: ['CHECK || COMMAND'],
    typeWith: ({ check, command }) =>
      check === undefined || command === undefined ? ['CHECK || COMMAND'] : [`${lineOf(check)} || ${lineOf(command)}`],
  },
});

/** As written: a playbook's values are explained before they are filled in. */
const lineOf = (written: readonly string[] | string): string =>
  shortLine(typeof written === 'string' ? ownScript(written) : written);
