import { describe, expect, it } from 'vitest';
import { setDataAside } from '../../src/commands/etcd-replacement.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed } from '../../src/model/verdict.ts';
import { setAsideEtcdData } from '../../src/steps/set-aside-etcd-data.ts';
import { onLost, replacement, stages, wordsOf } from './replacing-values.ts';
import { bound } from './values.ts';

const step = bound(setAsideEtcdData, { replacement }, onLost);

describe('set-aside-etcd-data', () => {
  it('comes after the member is out of the list, and never touches the data of the new one', () => {
    expect(wordsOf(step.check)).toEqual({
      lost: 'pending',
      ending: 'pending',
      stopped: 'pending',
      removed: 'needed',
      aside: 'satisfied',
      added: 'satisfied',
      starting: 'satisfied',
      started: 'satisfied',
      promoted: 'satisfied',
    });
    expect(step.typed(stages.removed)).toEqual([`paris-cp2: ${quote(setDataAside(replacement).argv)}`]);
  });

  it('says where what is left is kept', () => {
    expect(step.check(stages.removed)).toEqual(needed('there are no data to keep'));
    const seen = { ...stages.removed, there: { ...stages.removed.there, hasMember: true } };
    expect(step.check(seen)).toEqual(needed('keep the old data in /var/lib/etcd-nodeops-restores/member-1-3e9'));
  });
});
