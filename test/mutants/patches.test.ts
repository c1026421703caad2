import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseMutant, readMutants } from '../../scripts/mutants/mutant.ts';
import { applyPatch } from '../../scripts/mutants/scratch.ts';
import { Baseline, likeness, untold } from '../../scripts/mutants/trial.ts';
import { invariants } from '../../src/simulator/oracle/oracle.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const mutants = readMutants(here);

describe('the mutants of the product', () => {
  it.each(mutants)('$name still applies', async ({ path }) => {
    expect(await applyPatch(root, path, '--check')).toBeUndefined();
  });

  it.each(invariants)('two and more would break invariant $number', ({ number }) => {
    expect(mutants.filter(({ invariant }) => invariant === number).length).toBeGreaterThanOrEqual(2);
  });

  it('one of them always blocks', () => expect(mutants.map(({ name }) => name)).toContain('always-blocked'));
});

it('a patch that does not apply says why', async () => {
  const [mutant] = mutants;
  expect(await applyPatch(here, mutant?.path ?? '', '--check')).toContain('error: ');
});

const head = '# a-mutant\n# invariant: 4\n# thought: it will do\n# look: --nodes 1+1 --faults none\n\n';
const diff = 'diff --git a/x b/x\n';

describe('the head of a patch', () => {
  it('names the mutant, its invariant and where to look', () => {
    expect(parseMutant('/p/a-mutant.patch', head + diff)).toEqual({
      name: 'a-mutant',
      path: '/p/a-mutant.patch',
      invariant: 4,
      look: ['--nodes', '1+1', '--faults', 'none'],
    });
  });

  it.each([
    { without: 'its name', text: head.replace('# a-mutant\n', '') },
    { without: 'its invariant', text: head.replace('# invariant: 4\n', '') },
    { without: 'the thought', text: head.replace('# thought: it will do\n', '') },
  ])('is refused without $without', ({ text }) => {
    expect(() => parseMutant('/p/a-mutant.patch', text + diff)).toThrow(RangeError);
  });
});

describe('a break', () => {
  const bad = { seed: 7, verdict: 'broken', what: ['invariant 3: sim-w1 was taken out beside sim-w2'] };
  const another = { ...bad, seed: 9, what: ['invariant 3: sim-w3 was taken out beside sim-w1'] };

  it('is like another one with other names', () => expect(likeness(another)).toBe(likeness(bad)));

  it('that the product shows as well is nobody’s find', async () => {
    const baseline = new Baseline(root, { ...untold, bad: [bad] }, 1);
    expect(await baseline.isNew(another, [])).toBe(false);
  });
});
