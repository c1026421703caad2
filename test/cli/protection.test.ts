import { describe, expect, it } from 'vitest';
import type { Script } from '../run/scripted.ts';
import { inventory, recordedOutput, told, type Surroundings } from './fake-parts.ts';

const guarded = (operators: string): Readonly<Record<string, string>> => ({
  '/fleet/prod.yaml': inventory.replace(
    '    version: 1.36.3\n',
    `    protected: true\n    version: 1.36.3\n${operators}`,
  ),
});
const ana = guarded('    operators: [ben, ana]\n');
const argv = ['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris'];

const script: Script = {
  facts: (_node, key) => {
    if (key === 'kubelet-unit') return recordedOutput('kubelet-unit', 'control-plane');
    if (key === 'kubelet-log') return { stdout: '' };
    return key === 'kubelet-versions'
      ? { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.2\n' }
      : undefined;
  },
  // Whatever is begun fails: that it was begun is enough.
  commands: (_node, line) => (line.includes('systemctl') ? { exit: { kind: 'code', code: 1 } } : undefined),
};
const run = (more: readonly string[], around: Surroundings) => told([...argv, ...more], { script, ...around });

describe('a protected cluster', () => {
  it('lacks everything: all is said at once, nothing is connected to', async () => {
    const { code, stderr, transports } = await run(['--yes'], {
      files: guarded('    operators: [ben, ana@elsewhere]\n'),
    });
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toBe(
      [
        'nodeops: paris is protected (prod.yaml:5):',
        '    ana@bastion is no operator of it: the inventory names ben, ana@elsewhere',
        '    no reason is given: say why with --reason TEXT',
        '    its name is not confirmed: type --confirm paris; --yes does not suffice',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, readonly string[], Surroundings, string]>([
    [
      'nobody is an operator',
      ['--reason', 'x', '--confirm', 'paris'],
      { files: guarded('') },
      'no operators are named: write `operators: [ana]` in the inventory',
    ],
    ['a reason without words', ['--reason', ' ', '--confirm', 'paris'], { files: ana }, '--reason says nothing'],
    ['no reason', ['--confirm', 'paris'], { files: ana }, 'no reason is given'],
    ['--yes alone', ['--yes', '--reason', 'x'], { files: ana }, '--yes does not suffice'],
    ['no reason, at a terminal', [], { files: ana, terminal: true }, 'no reason is given'],
    [
      'another name',
      ['--reason', 'x', '--confirm', 'parsi'],
      { files: ana },
      '--confirm parsi: that cluster is not chosen; did you mean "paris"?',
    ],
  ])('%s: exit code 2, nothing is connected to', async (_what, more, around, says) => {
    const { code, stderr, transports } = await run(more, around);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });

  it.each<[string, readonly string[], Surroundings, string]>([
    ['--confirm', ['--confirm', 'paris'], { files: ana }, '--confirm'],
    ['user@host', ['--confirm', 'paris'], { files: guarded('    operators: [ana@bastion]\n') }, '--confirm'],
    ['its name typed', [], { files: ana, terminal: true, types: () => 'paris' }, 'typed name'],
    ['its name typed, although --yes', ['--yes'], { files: ana, terminal: true, types: () => 'paris' }, 'typed name'],
  ])('begins: %s', async (_what, more, around, confirmedBy) => {
    const { events, sent } = await run(['--reason', 'CHG-1:\n  fixes', ...more], around);
    expect(sent.length).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ type: 'run-started', operator: 'ana', reason: 'CHG-1: fixes', confirmedBy });
  });

  it.each(['', 'y', 'yes', 'Paris', 'oslo'])('does not begin when %j is typed', async (typed) => {
    const asked: string[] = [];
    const types = (question: string) => (asked.push(question), typed);
    const { code, sent, events, stdout } = await run(['--reason', 'x'], {
      files: ana,
      terminal: true,
      answer: true,
      types,
    });
    expect([code, sent, events]).toEqual([2, [], []]);
    expect(asked).toEqual(['paris is protected. Type its name to begin: ']);
    expect(stdout).toContain('Nothing was changed.');
  });

  it('shows its plan without any of it', async () => {
    expect((await run(['--dry-run'], { files: guarded('') })).code).toBe(0);
  });

  it('does not keep another cluster from asking for --yes', async () => {
    const both = ['run', 'mine.yaml', '--inventory', 'prod.yaml', '--reason', 'x', '--confirm', 'paris'];
    const { code, stderr } = await told(both, { files: ana, script });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no terminal to ask at: say --yes');
  });
});

describe('an unprotected cluster', () => {
  it.each<[string, readonly string[], Surroundings, object]>([
    ['--yes', ['--yes'], {}, { confirmedBy: '--yes' }],
    ['asked', [], { terminal: true, answer: true }, { confirmedBy: 'typed yes' }],
    ['with a reason', ['--yes', '--reason', 'patch day'], {}, { confirmedBy: '--yes', reason: 'patch day' }],
  ])('journals how it was confirmed: %s', async (_what, more, around, journalled) => {
    const { events } = await run(more, around);
    expect(events[0]).toMatchObject(journalled);
    expect('reason' in (events[0] ?? {})).toBe('reason' in journalled);
  });
});
