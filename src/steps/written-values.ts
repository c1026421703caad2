import { ownScript } from '../commands/own-command.ts';
import { z } from 'zod';
import { parseDuration } from '../model/duration.ts';

/** Any text but the empty one, on one line: for titles. */
export const oneLine = z.string().refine((text) => text.trim() !== '' && !text.includes('\n'), {
  error: 'text on one line',
});

const argvForm = 'a list of words, or the text of a script for sh';

/** A list of words is run as it stands; a text by a shell that stops at the first command that fails. */
export const ownArgv = z
  .union([z.string(), z.array(z.string()).min(1, { error: argvForm })], { error: argvForm })
  .refine((written) => typeof written !== 'string' || written.trim() !== '', {
    error: argvForm,
  })
  .transform((written): readonly string[] => (typeof written === 'string' ? ownScript(written) : written));

const durationForm = 'a duration such as 90s, 10m or 1h30m';
/** What was probably meant stands on a second line. */
const noDuration = (written: unknown): string =>
  /^\d+$/.test(String(written)) ? `${durationForm}\nadd a unit, e.g. ${String(written)}s` : durationForm;

/** Milliseconds. */
export const writtenDuration = z.string({ error: ({ input }) => noDuration(input) }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: noDuration(text) });
  return z.NEVER;
});

/** The values of a playbook's parameters. */
export const parameterValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What a person would type of an argv, cut to one line. */
export const shortLine = (argv: readonly string[]): string => {
  const text = argv[0] === 'sh' && argv[1] === '-ec' ? (argv[2] ?? '') : argv.join(' ');
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length === 0 ? first : `${first} …`;
};
