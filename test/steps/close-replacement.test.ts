import { describe, expect, it } from 'vitest';
import { closeReplacement as close } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { withReached } from '../../src/facts/etcd-on-node.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { closeReplacement } from '../../src/steps/close-replacement.ts';
import { onLost, replacement, stages } from './replacing-values.ts';
import { bound } from './values.ts';

const step = bound(closeReplacement, { replacement }, onLost);
const { there } = stages.promoted;

describe('close-replacement', () => {
  it('writes down that it is over, once', () => {
    expect(step.check({ there }).kind).toBe('needed');
    expect(step.typed({ there })).toEqual([`paris-cp2: ${quote(close(replacement).argv)}`]);
    expect(step.check({ there: withReached(there, replacement, 'done') })).toEqual(satisfied);
  });

  it('does not take another one that is over for this one', () =>
    expect(step.check({ there: withReached(there, '2-3e9', 'done') }).kind).toBe('needed'));
});
