import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { refreshPackageLists } from '../../src/steps/refresh-package-lists.ts';
import { bound, onWorker } from './values.ts';

const step = bound(refreshPackageLists, { maintenance: 'm1', lockSeconds: 300 }, onWorker());

describe('refresh-package-lists', () => {
  it('happens once in a maintenance', () => {
    expect(step.check({ refreshed: false })).toEqual(needed('apt-get update'));
    expect(step.check({ refreshed: true })).toEqual(satisfied);
  });

  it('is remembered only once every list could be read', () => {
    const [line = ''] = step.typed({ refreshed: false });
    expect(line).toContain('set -eu');
    expect(line.indexOf('apt-get update -qq -o APT::Update::Error-Mode=any')).toBeGreaterThan(0);
    expect(line.indexOf('/var/lib/nodeops-marks/m1.lists')).toBeGreaterThan(line.indexOf('APT::Update::Error-Mode'));
  });

  it('changes nothing that runs: no window is asked for it', () => expect(step.preparing).toBe(true));
});
