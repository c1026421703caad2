import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { startContainerRuntime } from '../../src/steps/start-container-runtime.ts';
import { newHostSeen } from './new-host-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(startContainerRuntime, { lockSeconds: 300 }, onWorker());
const { driver: _driver, ...without } = newHostSeen({ runtime: false });

describe('start-container-runtime', () => {
  it('leaves one that runs as it is', () => expect(step.check({ host: newHostSeen() })).toEqual(satisfied));

  it('starts one that is there, and touches no configuration', () =>
    expect(step.typed({ host: newHostSeen({ runtime: false }) })).toEqual([
      'paris-w1: systemctl enable --now containerd',
    ]));

  it('configures one whose installation was cut off: it runs with what its package brought', () => {
    const cut = { host: newHostSeen({ driver: 'cgroupfs', marks: { paris: ['host', 'kernel', 'runtime'] } }) };
    expect(step.check(cut)).toMatchObject({ kind: 'needed', changes: ['install containerd', expect.anything()] });
    expect(step.typed(cut).join()).toContain('SystemdCgroup = true');
    expect(step.check(step.expect(cut))).toEqual(satisfied);
    const theirs = { host: newHostSeen({ driver: 'cgroupfs', marks: { rome: ['host', 'runtime'] } }) };
    expect(step.check(theirs)).toEqual(satisfied);
  });

  it('installs one where there is none, with the driver that systemd needs', () => {
    expect(step.check({ host: without })).toEqual({
      kind: 'needed',
      changes: ['install containerd', 'control groups by systemd (SystemdCgroup = true)'],
    });
    const typed = step.typed({ host: without }).join();
    expect(typed).toContain('--no-remove');
    expect(typed).toContain('SystemdCgroup = true');
  });
});
