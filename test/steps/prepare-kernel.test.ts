import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { prepareKernel } from '../../src/steps/prepare-kernel.ts';
import { newHostSeen } from './new-host-values.ts';
import { bound, onWorker } from './values.ts';

const step = bound(prepareKernel, {}, onWorker());

describe('prepare-kernel', () => {
  it.each([
    ['never done', {}, 'needed'],
    ['done, and somebody turned forwarding off since', { marks: { paris: ['kernel'] as const } }, 'needed'],
    ['forwarding by somebody else, who may not do so after the next start', { forwards: true }, 'needed'],
    ['done', { marks: { paris: ['kernel'] as const }, forwards: true }, 'satisfied'],
  ])('%s', (_what, change, kind) => expect(step.check({ host: newHostSeen(change) })).toMatchObject({ kind }));

  it('lasts beyond the next start', () => {
    const typed = step.typed({ host: newHostSeen() }).join();
    expect(typed).toContain('/etc/modules-load.d/kubernetes.conf');
    expect(typed).toContain('/etc/sysctl.d/99-kubernetes.conf');
    expect(step.check({ host: newHostSeen({ marks: { paris: ['kernel'] }, forwards: true }) })).toEqual(satisfied);
  });
});
