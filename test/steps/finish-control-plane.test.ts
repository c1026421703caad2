import { describe, expect, it } from 'vitest';
import { finishControlPlane as command } from '../../src/commands/recovery.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { finishControlPlane } from '../../src/steps/finish-control-plane.ts';
import { bareHostSeen } from './recovery-values.ts';
import { restore } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(finishControlPlane, { restore }, onControlPlane());

describe('finish-control-plane', () => {
  it('is done until it ended well once', () => {
    const seen = { host: bareHostSeen({ marks: { [restore]: ['host', 'authorities'] } }) };
    expect(step.check(seen)).toMatchObject({ kind: 'needed' });
    expect(step.typed(seen)).toEqual([`paris-cp1: ${quote(command(restore).argv)}`]);
    expect(step.check({ host: bareHostSeen({ marks: { [restore]: ['initialised'] } }) })).toEqual(satisfied);
  });
});
