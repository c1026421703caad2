import { describe, expect, it } from 'vitest';
import { pending, satisfied } from '../../src/model/verdict.ts';
import { verifyControllers } from '../../src/steps/verify-controllers.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(verifyControllers, {}, onControlPlane());
const leaders = (manager: boolean, scheduler: boolean) => ({
  leaders: [
    { name: 'kube-controller-manager', well: manager },
    { name: 'kube-scheduler', well: scheduler },
  ],
});
const look = 'see its log: crictl logs, or /var/log/pods on paris-cp1';

describe('verify-controllers', () => {
  it.each([
    ['both are well', leaders(true, true), satisfied],
    ['neither has a manifest there', { leaders: [] }, satisfied],
    ['one is still starting', leaders(true, false), pending('kube-scheduler of paris-cp1 to be well', look)],
    [
      'both are',
      leaders(false, false),
      pending('kube-controller-manager, kube-scheduler of paris-cp1 to be well', look),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
