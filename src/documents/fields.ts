import { z } from 'zod';

/**
 * The schemas' messages say what is expected; `issues.ts` adds what was found. A hint follows on a second line,
 * because zod carries one string only.
 */
export const say = (expected: string, hint?: string): string =>
  hint === undefined ? expected : `${expected}\n${hint}`;

/** A map with these keys and no others. Its message for an unknown key is the list of the valid ones. */
export const map = <Shape extends z.core.$ZodLooseShape>(expected: string, shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : expected),
  });

/** Text that `parse` turns into a value; undefined means that it is not of the expected form. */
export const parsed = <T>(
  expected: string,
  parse: (text: string) => T | undefined,
  hint: (text: string) => string | undefined = () => undefined,
) =>
  z
    .string({ error: ({ input }) => say(expected, typeof input === 'number' ? hint(String(input)) : undefined) })
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: say(expected, hint(text)) });
      return z.NEVER;
    })
    .describe(expected);

/** Text for which `test` holds. */
export const checked = (
  expected: string,
  test: (text: string) => boolean,
  hint?: (text: string) => string | undefined,
) => parsed(expected, (text) => (test(text) ? text : undefined), hint);

/** Any text but the empty one. */
export const text = (expected: string) => checked(expected, (written) => written.trim() !== '');

export const flag = z.boolean({ error: 'true or false' });

export const list = <Item extends z.ZodType>(expected: string, item: Item) => z.array(item, { error: expected });

/** A list with at least one item. */
export const fullList = <Item extends z.ZodType>(expected: string, item: Item) =>
  list(expected, item).min(1, { error: expected });

/** One or several of the same, always read as a list. */
export const oneOrMore = <Item extends z.ZodType>(expected: string, item: Item) =>
  z
    .union([item, fullList(expected, item)], { error: expected })
    .transform((value): z.output<Item>[] => (Array.isArray(value) ? value : [value as z.output<Item>]));
