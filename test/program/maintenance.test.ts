import { describe, expect, it } from 'vitest';
import { tell } from './fake-parts.ts';
import { living, seed, type SeededRun } from './seeded-runs.ts';

const fleet = `apiVersion: nodeops/v1
kind: Inventory
clusters:
  - { name: paris, nodes: [{ name: cp1, host: 10.0.0.11, role: control-plane }, { name: w1, host: 10.0.0.21, role: worker }, { name: w2, host: 10.0.0.22, role: worker }] }
`;

const wish = {
  command: 'run',
  playbook: 'reboot',
  parameters: { maintenance: 'm7', reboot: 'always' },
  limit: ['w1', 'w2'],
} as const;
const killed: SeededRun = { id: '2026-11-20-020000-bbbb', wish: { ...wish, limit: [...wish.limit] } };
const begun: SeededRun = { ...killed, outcome: 'failed' };
const later = (change: Partial<SeededRun>): SeededRun => ({ ...begun, id: '2026-11-21-020000-cccc', ...change });

/** Nobody is there to say yes: the words that come before that are what is looked at. */
const reboot = async (runs: readonly SeededRun[], ...words: readonly string[]): Promise<string> => {
  const argv = ['reboot', ...words, '-i', 'prod.yaml'];
  const { code, stderr } = await tell(argv, { files: { 'prod.yaml': fleet }, before: seed(...runs) });
  expect(code).toBe(2);
  return stderr;
};

const goesOn =
  'paris: going on with the maintenance m7, which did not come to its end: what it did is not done again\n';

describe('a maintenance that did not come to its end', () => {
  it.each([
    ['failed', [begun], ['w1', 'w2']],
    ['was killed', [killed], ['w1', 'w2']],
    ['still runs', [{ ...killed, writer: living }], ['w1', 'w2']],
    ['is named in another order', [begun], ['w2', 'w1']],
  ])('is gone on with where it %s', async (_how, runs, nodes) => {
    expect(await reboot(runs, ...nodes)).toContain(goesOn);
  });

  it.each([
    ['it came to its end', [{ ...begun, outcome: 'done' as const }], ['w1', 'w2']],
    ['other nodes are meant', [begun], ['w1']],
    ['only those are meant that ask for it', [begun], ['w1', 'w2', '--required-only']],
    ['all nodes are meant', [begun], []],
    ['another one came after it', [begun, later({ outcome: 'done' })], ['w1', 'w2']],
    ['an upgrade came after it', [begun, later({ wish: {} })], ['w1', 'w2']],
    ['nothing is recorded', [], ['w1', 'w2']],
  ])('another begins where %s', async (_why, runs, words) => {
    expect(await reboot(runs, ...words)).not.toContain('going on with');
  });
});

const upgrade = async (runs: readonly SeededRun[], ...words: readonly string[]): Promise<string> => {
  const argv = ['upgrade', '--to', '1.36.3', '-i', 'prod.yaml', ...words];
  const { code, stderr } = await tell(argv, { files: { 'prod.yaml': fleet }, before: seed(...runs) });
  expect(code).toBe(2);
  return stderr;
};

describe('an upgrade that patches hosts', () => {
  const patched: SeededRun = {
    id: '2026-11-20-020000-bbbb',
    wish: {
      command: 'upgrade',
      playbook: 'upgrade',
      parameters: { version: '1.36.3', osPatch: true, exclude: 'nginx', maintenance: 'm7' },
    },
  };
  const words = ['--os-patch', '--exclude', 'nginx'];

  it('goes on with the maintenance of one that was killed', async () => {
    expect(await upgrade([patched], ...words)).toContain(goesOn);
  });

  it.each([
    ['it came to its end', [{ ...patched, outcome: 'done' as const }], words],
    ['another package is left out', [patched], ['--os-patch', '--exclude', 'containerd']],
    ['no host is patched', [patched], []],
    ['its name is given', [patched], [...words, '--maintenance', 'm8']],
  ])('begins another where %s', async (_why, runs, said) => {
    expect(await upgrade(runs, ...said)).not.toContain('going on with');
  });
});
