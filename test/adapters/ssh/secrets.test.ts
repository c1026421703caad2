import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../src/adapters/secrets.ts';
import { createTerminalPrompt } from '../../../src/adapters/terminal-prompt.ts';
import { UsageError } from '../../../src/model/errors.ts';
import { PassThrough } from 'node:stream';

describe('secrets', () => {
  it('come from the environment, or say which variable is missing', async () => {
    const secrets = createSecrets({ A: 'x', EMPTY: '' }, { secret: async () => '' });
    expect(await secrets.resolve({ env: 'A' }, 'the password')).toBe('x');
    await expect(secrets.resolve({ env: 'B' }, 'the password')).rejects.toThrow('$B is not set');
    await expect(secrets.resolve({ env: 'EMPTY' }, 'the password')).rejects.toThrow(UsageError);
  });

  it('are asked for once each, one question at a time', async () => {
    const asked: string[] = [];
    let open = 0;
    const secret = async (question: string): Promise<string> => {
      expect(++open).toBe(1);
      asked.push(question);
      await Promise.resolve();
      open--;
      return `answer to ${question}`;
    };
    const secrets = createSecrets({}, { secret });
    const ask = (what: string): Promise<string> => secrets.resolve({ prompt: true }, what);
    const [first, again] = await Promise.all([
      ask('the password of ops'),
      ask('the password of ops'),
      ask('the passphrase'),
    ]);
    expect(again).toBe(first);
    expect(asked).toEqual(['The password of ops: ', 'The passphrase: ']);
  });
});

/** A tty as far as readline looks: raw mode can be set, and what is written back can be read. */
const fakeTerminal = (isTTY: boolean): { input: PassThrough; output: PassThrough; shown: () => string } => {
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { input, output, shown: () => text };
};

describe('the prompt', () => {
  it('does not show a secret', async () => {
    const terminal = fakeTerminal(true);
    const answer = createTerminalPrompt(terminal).secret('Password: ');
    terminal.input.write('s3cret word\r');
    expect(await answer).toBe('s3cret word');
    expect(terminal.shown()).toBe('Password: \n');
  });

  it.each([
    ['y', true],
    ['YES', true],
    ['', false],
    ['nope', false],
  ])('takes %o for %o', async (typed, expected) => {
    const terminal = fakeTerminal(true);
    const answer = createTerminalPrompt(terminal).confirm('Go on?');
    terminal.input.write(`${typed}\r`);
    expect(await answer).toBe(expected);
  });

  it('takes what is typed, without spaces around it', async () => {
    const terminal = fakeTerminal(true);
    const answer = createTerminalPrompt(terminal).ask('Its name: ');
    terminal.input.write(' paris \r');
    expect(await answer).toBe('paris');
  });

  it('that is interrupted is a usage error', async () => {
    const terminal = fakeTerminal(true);
    const answer = createTerminalPrompt(terminal).secret('Password: ');
    terminal.input.write('\u0003');
    await expect(answer).rejects.toThrow('no answer');
  });

  it('without a terminal names the alternative', async () => {
    const prompt = createTerminalPrompt(fakeTerminal(false));
    await expect(prompt.secret('Password: ')).rejects.toThrow('{ env: NAME }');
    await expect(prompt.confirm('Go on?')).rejects.toThrow(UsageError);
    await expect(prompt.ask('Its name: ')).rejects.toThrow(UsageError);
  });
});
