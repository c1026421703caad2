import { describe, expect, it } from 'vitest';
import { stageRestore as stage } from '../../src/commands/etcd-restore.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { stageRestore } from '../../src/steps/stage-restore.ts';
import { cameTo, restore, untouched } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const wish = { restore, snapshot: 'paris/restores/1/etcd-snapshot.db', backupClusterId: '42' };
const step = bound(stageRestore, wish, onControlPlane());

describe('stage-restore', () => {
  it('is needed until snapshot and etcdutl are there, and no more once the data are', () => {
    const wanted = needed('copy the snapshot, take etcdutl from etcd’s image');
    expect(step.check({ restores: untouched })).toEqual(wanted);
    expect(step.check({ restores: cameTo() })).toEqual(wanted);
    expect(step.check({ restores: cameTo('staged') })).toEqual(satisfied);
    expect(step.check({ restores: cameTo('swapped') })).toEqual(satisfied);
  });

  it('looks at etcdutl and snapshot on the node, after both are there', () => {
    expect(step.typed({ restores: untouched })).toEqual([
      `paris-cp1: copy ${wish.snapshot} to /var/lib/nodeops-etcd/${restore}/etcd-snapshot.db`,
      `paris-cp1: ${quote(stage(restore, '42').argv)}`,
    ]);
  });
});
