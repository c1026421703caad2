import { describe, expect, it } from 'vitest';
import { nothingAsked } from '../../src/model/probe.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { apiDowntime } from '../../src/steps/api-downtime.ts';
import { bound, onCluster } from './values.ts';

const seen = (awayMs: number, longestMs = awayMs) => ({ seen: { ...nothingAsked, asked: 600, awayMs, longestMs } });

describe('api-downtime', () => {
  const step = bound(apiDowntime, { maxApiDowntimeMs: 30_000 }, onCluster);
  it.each([
    ['never away', seen(0)],
    ['just as long as it may', seen(30_000)],
    ['never asked', { seen: nothingAsked }],
  ])('%s', (_what, now) => expect(step.check(now)).toEqual(satisfied));

  it('stops before the next node', () =>
    expect(step.check(seen(42_300, 12_000))).toEqual(
      blocked(
        'the API was away for 42s of this run (at most 12s at once), and 30s is the most that it may: no further node is begun',
        'see what kept it away (load balancer, etcd, the log of the API servers), or allow more with --max-api-downtime',
      ),
    ));

  it('has no limit where none was named', () =>
    expect(bound(apiDowntime, {}, onCluster).check(seen(3_600_000))).toEqual(satisfied));
});
