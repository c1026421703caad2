import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { runCommand } from '../../src/steps/run-command.ts';
import { api, bound, onControlPlane, onWorker } from './values.ts';

const wish = {
  name: 'load the kernel settings',
  check: 'test "$(sysctl -n vm.swappiness)" = 1',
  command: ['sysctl', '--system'],
  parameters: { maxPods: 5, 'log-level': 'info', sure: true },
};
const step = bound(runCommand, wish, onWorker());

describe('run-command', () => {
  it.each([
    ['its check passes', { kind: 'passed' }, satisfied],
    [
      'its check does not pass',
      { kind: 'not-passed', code: 1, said: '' },
      needed('run sysctl --system (its check: rc 1)'),
    ],
    [
      'and says why',
      { kind: 'not-passed', code: 3, said: 'it is 60' },
      needed('run sysctl --system (its check: rc 3: it is 60)'),
    ],
    [
      'its check could not be run: that is no "no"',
      { kind: 'not-run', code: 127, said: 'sh: 1: sysctl: not found' },
      blocked(
        'cannot tell whether "load the kernel settings" is needed: its check `test "$(sysctl -n vm.swappiness)" = 1` could not be run (rc 127: sh: 1: sysctl: not found)',
        'correct `check:` in the playbook, or install what it needs; rc 0 means that there is nothing to do',
      ),
    ],
  ])('%s', (_what, checked, verdict) => expect(step.check({ checked })).toEqual(verdict));

  it('runs it in a unit that outlives the connection, and ends it in its time', () => {
    const seen = { checked: { kind: 'not-passed', code: 1, said: '' } };
    expect(step.typed(seen)).toEqual([
      'paris-w1: NODEOPS_CLUSTER=paris NODEOPS_NODE=paris-w1 NODEOPS_PARAMETER_MAX_PODS=5 NODEOPS_PARAMETER_LOG_LEVEL=info NODEOPS_PARAMETER_SURE=true timeout --kill-after=30 600 sysctl --system',
    ]);
    expect(step.apply(seen, api)).toMatchObject([
      { do: 'exec', on: 'paris-w1', command: { lifetime: 'detached', effect: 'write', timeoutMs: 660_000 } },
    ]);
  });

  it('a script is run by a shell that stops at the first failure; kubectl finds the cluster on a control plane', () => {
    const script = bound(
      runCommand,
      { ...wish, parameters: {}, command: 'one\ntwo', timeout: '90s' },
      onControlPlane(),
    );
    expect(script.apply({}, api)).toMatchObject([
      {
        command: {
          argv: ['timeout', '--kill-after=30', '90', 'sh', '-ec', 'one\ntwo'],
          env: { KUBECONFIG: '/etc/kubernetes/admin.conf' },
        },
      },
    ]);
  });

  it('the check is a question: a dry run asks it, and nothing else', () => {
    const { checked } = step.facts;
    if (checked?.source.kind !== 'command') throw new Error('it is asked by a command');
    const { argv, effect, env } = checked.source.command(api);
    expect({ argv, effect }).toEqual({ argv: ['sh', '-ec', wish.check], effect: 'read' });
    expect(env).toMatchObject({ NODEOPS_NODE: 'paris-w1', NODEOPS_PARAMETER_MAX_PODS: '5' });
  });

  it('two of one name on one node are two questions', () => {
    const other = bound(runCommand, { ...wish, check: 'true' }, onWorker());
    expect(other.facts['checked']?.key).not.toBe(step.facts['checked']?.key);
  });

  it.each([
    ['a name on two lines', { name: 'a\nb' }, 'text on one line'],
    ['an empty command', { command: '' }, 'a list of words, or the text of a script for sh'],
    ['a command of no words', { command: [] }, 'a list of words, or the text of a script for sh'],
    ['no duration', { timeout: '10' }, 'add a unit, e.g. 10s'],
    ['no check', { check: undefined }, 'a list of words, or the text of a script for sh'],
  ])('refuses %s', (_what, change, why) =>
    expect(() => bound(runCommand, { ...wish, ...change }, onWorker())).toThrow(why),
  );
});
