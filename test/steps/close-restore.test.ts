import { describe, expect, it } from 'vitest';
import { closeRestore as close } from '../../src/commands/etcd-restore.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { closeRestore } from '../../src/steps/close-restore.ts';
import { cameTo, restore } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(closeRestore, { restore }, onControlPlane());

describe('close-restore', () => {
  it('leaves no snapshot on the node, and says that it is over', () => {
    const open = { restores: cameTo('staged', 'restored', 'swapped', 'kubelet') };
    expect(step.check(open)).toEqual(needed('remove the snapshot and etcdutl from the node'));
    expect(step.typed(open)).toEqual([`paris-cp1: ${quote(close(restore).argv)}`]);
    expect(step.check({ restores: cameTo('done') })).toEqual(satisfied);
  });
});
