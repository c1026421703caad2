import { describe, expect, it } from 'vitest';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { restartKubelet } from '../../src/steps/restart-kubelet.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { bound, old, onWorker, target } from './values.ts';

const step = bound(restartKubelet, {}, onWorker());
const unit = runningKubelet;
const same = { installed: target, running: target };

describe('restart-kubelet', () => {
  it.each([
    ['runs what is installed', { unit, version: same }, satisfied],
    ['runs the old one', { unit, version: { installed: target, running: old } }, needed('kubelet 1.35.4 → 1.36.3')],
    ['its process could not be asked', { unit, version: { installed: target } }, needed('kubelet ? → 1.36.3')],
    [
      'a unit file changed',
      { unit: { ...unit, needsReload: true }, version: same },
      needed('unit files changed on disk'),
    ],
    [
      'stopped',
      { unit: { ...unit, active: false, subState: 'dead' }, version: { installed: target } },
      needed('the kubelet is not running (dead)'),
    ],
    [
      'dies again and again',
      {
        unit: { ...unit, active: false, subState: 'auto-restart' },
        version: same,
        log: { lastError: 'unknown flag: --pod-infra-container-image' },
      },
      needed('the kubelet is not running (auto-restart): unknown flag: --pod-infra-container-image'),
    ],
    [
      'not installed',
      { unit, version: { running: old } },
      blocked('paris-w1 has no kubelet installed', 'see what removed it: `nodeops facts`, /var/log/dpkg.log'),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('reads the units again first', () => {
    expect(step.typed({ unit, version: { installed: target, running: old } })).toEqual([
      'paris-w1: systemctl daemon-reload',
      'paris-w1: systemctl restart kubelet',
    ]);
  });
});
