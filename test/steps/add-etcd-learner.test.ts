import { describe, expect, it } from 'vitest';
import { addLearner } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { addEtcdLearner } from '../../src/steps/add-etcd-learner.ts';
import { lostUrl, onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound, member } from './values.ts';

const step = bound(addEtcdLearner, { replacement }, onLost);

describe('add-etcd-learner', () => {
  it('adds one, once the data of the lost one are out of its way', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'pending',
      ending: 'pending',
      stopped: 'pending',
      removed: 'pending',
      aside: 'needed',
      added: 'satisfied',
      starting: 'satisfied',
      started: 'satisfied',
      promoted: 'satisfied',
    });
    expect(step.typed(stages.aside)).toEqual([`paris-cp1: ${quote(addLearner('paris-cp2', lostUrl).argv)}`]);
  });

  it('adds none beside another learner: etcd takes one at a time', () =>
    expect(step.check({ ...stages.aside, members: [member(0), member(2, { learner: true })] })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('paris-cp3 is a learner'),
      fix: expect.stringContaining('nodeops etcd replace-member NODE'),
    }));

  it('needs to know where the others reach it', () =>
    expect(step.check({ ...stages.aside, there: { ...stages.aside.there, flags: {} } })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('gives no --initial-advertise-peer-urls'),
    }));
});
