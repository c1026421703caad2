import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createTerminalPrompt } from '../../src/adapters/terminal-prompt.ts';
import { UsageError } from '../../src/model/errors.ts';

const terminal = () => ({ input: Object.assign(new PassThrough(), { isTTY: true }), output: new PassThrough() });

it.each([
  ['y\r', true],
  ['YES\r', true],
  ['n\r', false],
  ['\r', false],
])('the answer %j', async (typed, answer) => {
  const { input, output } = terminal();
  const asked = createTerminalPrompt({ input, output }).confirm('Begin with paris?');
  input.write(typed);
  expect(await asked).toBe(answer);
});

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s is no answer: nothing is begun', async (_what, typed) => {
  const { input, output } = terminal();
  const asked = createTerminalPrompt({ input, output }).confirm('Begin with paris?');
  input.write(typed);
  await expect(asked).rejects.toThrow(new UsageError('no answer was given'));
});
