import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, quote, quoteWord } from '../../src/commands/quote.ts';
import type { Command } from '../../src/model/command.ts';

const command = (argv: readonly string[], env?: Command['env']): Command => ({
  argv,
  effect: 'read',
  lifetime: 'attached',
  timeoutMs: 1_000,
  become: false,
  ...(env === undefined ? {} : { env }),
});

const awkward = fc.constantFrom(
  "'",
  '"',
  '\\',
  '\n',
  '$HOME',
  '`id`',
  '!',
  '*',
  '~',
  ' ',
  '',
  '=',
  '#',
  '-n',
  '€',
  '\t',
);
const word = fc
  .array(fc.oneof(awkward, fc.string({ unit: 'grapheme' })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => text.isWellFormed());

/** What a real shell makes of words: each followed by a NUL. */
const throughShell = (line: string): string[] =>
  execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);

describe('quote', () => {
  it('a real shell gives the words back', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        expect(throughShell(quote(['printf', '%s\\0', ...words]))).toEqual(words);
      }),
      { numRuns: 150 },
    );
  });

  it('leaves plain words readable', () => {
    expect(quote(['systemctl', 'show', '-p', 'LoadState,ActiveState', 'a@b.service'])).toBe(
      'systemctl show -p LoadState,ActiveState a@b.service',
    );
    expect(quoteWord("it's")).toBe(String.raw`'it'\''s'`);
    expect(quoteWord('')).toBe("''");
  });

  it('refuses what no shell could run as meant', () => {
    expect(() => quote([])).toThrow('needs a program');
    expect(() => quote(['a\0b'])).toThrow('NUL');
    expect(() => quote(['A=b', 'c'])).toThrow('cannot be a program');
  });
});

describe('commandLine', () => {
  it.each([
    ['none', undefined, 'ls -l'],
    ['none', { A: 'x y' }, "env 'A=x y' ls -l"],
    ['sudo', undefined, 'sudo -n -- ls -l'],
    ['sudo', { A: '1' }, 'sudo -n -- env A=1 ls -l'],
    ['sudo-with-password', undefined, "sudo -S -k -p '' -- env ls -l"],
    ['sudo-with-password', { A: '1', B: '' }, "sudo -S -k -p '' -- env A=1 B= ls -l"],
  ] as const)('%s with %o', (become, env, line) => {
    expect(commandLine(command(['ls', '-l'], env), become)).toBe(line);
  });

  it('hands any environment value to the program', () => {
    fc.assert(
      fc.property(word, (value) => {
        const line = commandLine(
          command(['sh', '-c', String.raw`printf "%s\0" "$NODEOPS_X"`], { NODEOPS_X: value }),
          'none',
        );
        expect(throughShell(line)).toEqual([value]);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a name that is none', () => {
    expect(() => commandLine(command(['ls'], { 'A B': '' }), 'none')).toThrow('cannot be the name');
    expect(() => commandLine(command(['ls'], { '-i': '' }), 'none')).toThrow('cannot be the name');
  });
});
