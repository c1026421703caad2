import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { applyPatch } from '../../scripts/mutants/scratch.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, 'mutants');

const patches = readdirSync(folder)
  .filter((name) => name.endsWith('.patch'))
  .toSorted();

const head = /^# (\S+)\n# noticed by: (.+)\n# thought: .+\ndiff --git /;

/** What the judge needs; a patch applies where no repository is in the way. */
const copy = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-conformance-'));
  for (const part of ['src', 'docker', 'test/conformance', 'package.json'])
    cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  return directory;
};

const directory = copy();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const judge = async (cases: string) =>
  execa(process.execPath, ['test/conformance/judge.ts', cases], { cwd: directory, reject: false });

/** A simulator that behaves in another way than the lab has to be noticed, or conformance proves nothing. */
describe('a mutated simulator', () => {
  it('comes in at least six ways', () => {
    expect(patches.length).toBeGreaterThanOrEqual(6);
  });

  it.each(patches)('%s is noticed', { timeout: 180_000 }, async (name) => {
    const file = join(folder, name);
    const [, called, cases] = head.exec(readFileSync(file, 'utf8')) ?? [];
    expect(called, 'its head names it, and what notices it').toBe(name.replace(/\.patch$/, ''));
    const before = await judge(cases ?? '');
    expect(before.stdout, before.stderr).toBe('no difference');
    expect(await applyPatch(directory, file)).toBeUndefined();
    try {
      const after = await judge(cases ?? '');
      expect(after.exitCode, `${after.stdout}\n${after.stderr}`).toBe(1);
      expect(after.stdout, 'a difference, not a fault of the program').toMatch(/, (lab|simulator): |another order/);
    } finally {
      expect(await applyPatch(directory, file, '--reverse')).toBeUndefined();
    }
  });
});
