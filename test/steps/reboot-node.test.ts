import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { rebootNode } from '../../src/steps/reboot-node.ts';
import { bound, onWorker } from './values.ts';

const maintenance = '2026-11-22-142921-a0fb';
const required = bound(rebootNode, { maintenance }, onWorker());
const always = bound(rebootNode, { maintenance, reboot: 'always' }, onWorker());
const never = bound(rebootNode, { maintenance, reboot: 'never' }, onWorker());

const nothing = { required: false, packages: [] };
const packages = { required: true, packages: ['linux-image-6.1.0-50-amd64', 'dbus'] };
const kernel = { required: true, packages: [], newerKernel: '6.1.0-41-amd64' };
const notAsked = { kind: 'not-asked' };

describe('reboot-node', () => {
  it.each([
    ['nothing asks for it', required, notAsked, nothing, satisfied],
    ['packages ask for it', required, notAsked, packages, needed('restart, for linux-image-6.1.0-50-amd64, dbus')],
    ['a newer kernel is there', required, notAsked, kernel, needed('restart, for the kernel 6.1.0-41-amd64')],
    ['somebody asked without a reason', required, notAsked, { required: true, packages: [] }, needed('restart')],
    ['whatever asks for it', always, notAsked, nothing, needed('restart')],
    ['happened in this maintenance', always, { kind: 'done' }, packages, satisfied],
    ['not wanted', never, notAsked, packages, satisfied],
    ['asked for long ago, and still there', always, { kind: 'asked', secondsAgo: 301 }, nothing, needed('restart')],
  ])('%s', (_what, step, restart, asks, verdict) => expect(step.check({ restart, required: asks })).toEqual(verdict));

  it('waits until the machine went down, and says what may hold it', () => {
    expect(required.check({ restart: { kind: 'asked', secondsAgo: 20 }, required: nothing })).toEqual({
      kind: 'pending',
      waitingFor: 'paris-w1 to go down (asked 20 s ago)',
      fix: 'see what holds it: systemctl list-jobs on paris-w1',
    });
  });

  it('the node remembers which boot it was before it goes down', () => {
    const [line = ''] = always.typed({ restart: notAsked, required: nothing });
    const [before = '', after = ''] = line.split('systemctl reboot');
    expect(before).toContain('/proc/sys/kernel/random/boot_id');
    expect(before).toContain(
      `mv /var/lib/nodeops-marks/${maintenance}.boot.new /var/lib/nodeops-marks/${maintenance}.boot`,
    );
    expect(after).not.toContain('mv ');
  });

  it.each(['', '../etc', 'a/b', 'a b', '-x'])('a name that leads elsewhere is none: %j', (name) =>
    expect(() => bound(rebootNode, { maintenance: name }, onWorker())).toThrow('letters, digits and hyphens'),
  );
});
