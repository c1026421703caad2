import { expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import { describeState } from '../../src/run/describe-state.ts';
import { makeCluster, stage } from './scripted.ts';

const unit = (active: string, sub: string, result: string): string =>
  `LoadState=loaded\nActiveState=${active}\nSubState=${sub}\nNeedDaemonReload=no\nResult=${result}\n`;

it('names, where no API server answers, the control planes that start nothing or cannot be asked', async () => {
  const units: Readonly<Record<string, string>> = {
    cp1: unit('active', 'running', 'success'),
    cp2: unit('activating', 'auto-restart', 'exit-code'),
  };
  const { session } = stage(makeCluster('cp1', 'cp2', 'cp3', 'w1'), {
    facts: (node, key) => (key === 'kubelet-unit' ? { stdout: units[node] ?? '' } : undefined),
    connect: (node) => {
      if (node === 'cp3') throw new ConnectError('unreachable', 'cp3 did not answer', 'look whether it is up');
    },
  });
  expect(await describeState(session, undefined)).toEqual([
    'no control plane answers: the API server may be down',
    'cp2: its kubelet does not run (auto-restart, the last time it ended with exit-code)',
    expect.stringMatching(/^cp3: .*did not answer/),
  ]);
});

it('names the kubelet of the node where a run stopped, which the API shows as it was for a while', async () => {
  const { session } = stage(makeCluster('cp1', 'w1'), {
    facts: (_node, key) => {
      if (key === 'kubelet-unit') return { stdout: unit('inactive', 'dead', 'signal') };
      return undefined;
    },
  });
  expect(await describeState(session, 'w1')).toContain(
    'w1: its kubelet does not run (dead, the last time it ended with signal)',
  );
});
