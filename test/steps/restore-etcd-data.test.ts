import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { restoreEtcdData } from '../../src/steps/restore-etcd-data.ts';
import { cameTo, members, restore, stopped } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(restoreEtcdData, { restore, members: members(3) }, onControlPlane());

describe('restore-etcd-data', () => {
  it('is needed until this restore’s data are made', () => {
    expect(step.check({ restores: stopped('staged') })).toEqual(needed('restore as paris-cp1'));
    expect(step.check({ restores: stopped('staged', 'restored') })).toEqual(satisfied);
    expect(step.check({ restores: cameTo('swapped') })).toEqual(satisfied);
  });

  it('makes the member that the manifest starts, of a cluster of its own, with a raised revision', () => {
    const [line] = step.typed({ restores: stopped('staged') });
    expect(line).toContain(
      [
        './etcdutl snapshot restore etcd-snapshot.db --data-dir="$new" --name=paris-cp1',
        `--initial-cluster=${members(3)} --initial-cluster-token=nodeops-${restore}`,
        '--initial-advertise-peer-urls=https://172.31.0.11:2380 --bump-revision=1000000000 --mark-compacted',
      ].join(' '),
    );
  });

  it('raises it further each time', () => {
    const third = bound(
      restoreEtcdData,
      { restore: '3-2026-11-21-235810-875f', members: members(1) },
      onControlPlane(),
    );
    expect(third.typed({ restores: stopped('staged') })[0]).toContain(' --bump-revision=3000000000 ');
  });

  it('refuses a manifest that starts another member than was planned', () => {
    const moved = {
      ...stopped('staged'),
      flags: { name: 'paris-cp1', 'initial-advertise-peer-urls': 'https://10.0.0.1:2380' },
    };
    expect(step.check({ restores: moved })).toMatchObject({ kind: 'blocked' });
    expect(step.check({ restores: { ...moved, flags: {} } })).toMatchObject({ kind: 'blocked' });
  });

  it.each([
    [{ restore: '../../etc', members: members(1) }, /the number of a restore and its backup/],
    [{ restore, members: '' }, /members as --initial-cluster has them/],
  ])('knows restores and members only: %j', (wish, says) =>
    expect(() => bound(restoreEtcdData, wish, onControlPlane())).toThrow(says),
  );
});
