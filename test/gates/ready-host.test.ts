import { describe, expect, it } from 'vitest';
import { readyHost } from '../../src/gates/ready-host.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { newHostSeen } from '../steps/new-host-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(readyHost, {}, onWorker());
const there = { directory: '/opt/cni/bin', there: true };

describe('ready-host', () => {
  it('passes a host with a runtime and plug-ins', () =>
    expect(step.check({ host: newHostSeen({ plugins: there }) })).toEqual(satisfied));

  it('names what is missing, and where it was looked for', () => {
    const verdict = step.check({
      host: newHostSeen({ runtime: false, plugins: { directory: '/usr/lib/cni', there: false } }),
    });
    expect(verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : []).toEqual([
      'containerd does not run on paris-w1, or has no socket at /run/containerd/containerd.sock',
      'paris-w1 has no CNI plugins in /usr/lib/cni, where its containerd looks for them (loopback is missing)',
    ]);
  });
});
