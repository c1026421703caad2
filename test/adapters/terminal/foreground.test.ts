import { expect, it } from 'vitest';
import { isInForeground } from '../../../src/adapters/terminal/screen/foreground.ts';

/** As proc(5) has it: number, name, state, parent, process group, session, terminal, the terminal's process group. */
const stat = (group: number, terminalGroup: number, name = 'node'): string =>
  `42 (${name}) S 1 ${group} 7 34816 ${terminalGroup} 4194304 0 0\n`;

it.each([
  ['in the foreground', stat(42, 42), true],
  ['in the background', stat(42, 7), false],
  ['without a terminal', stat(42, -1), true],
  ['with a name that looks like the end of it', stat(42, 7, 'a) S 1 7 7'), false],
])('%s', (_what, text, expected) => expect(isInForeground(() => text)).toBe(expected));

it('is taken for granted where there is no /proc', () => {
  expect(
    isInForeground(() => {
      throw new Error('ENOENT');
    }),
  ).toBe(true);
});
