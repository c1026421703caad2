import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { told } from './fake-parts.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/coming-from.md'), 'utf8');
/** `nodeops node add NODE` → `node add` */
const commands = [
  ...new Set(
    [...page.matchAll(/`nodeops ([a-z-]+(?: [a-z-]+)?)/g)].map(([, words = '']) => words.replace(/ (last|-.*)$/, '')),
  ),
];

it('docs/coming-from.md names enough to be of use', () => expect(commands.length).toBeGreaterThan(20));

it.each(commands)('docs/coming-from.md: nodeops %s is a command', async (words) => {
  const { code, stdout } = await told([...words.split(' '), '--help']);
  expect(code).toBe(0);
  expect(stdout.startsWith(`Usage: nodeops ${words}`)).toBe(true);
});
