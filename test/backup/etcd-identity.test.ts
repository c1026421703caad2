import { describe, expect, it } from 'vitest';
import { clusterIdOf, initialClusterText, readInitialCluster, usualToken } from '../../src/backup/etcd-identity.ts';
import { bumpOf, numberBeyond, readRestoreName, restoreNameText, tokenOf } from '../../src/backup/restore-name.ts';

const member = { name: 'rsone-cp1', peerUrl: 'https://172.31.2.11:2380' };
const restore = { number: 1, backup: '2026-11-22-035128-fe87' };

describe('the identity that etcd gives a cluster', () => {
  it('is foretold: founded by kubeadm, and by a restore (lab, etcd 3.6.6)', () => {
    expect(clusterIdOf([member], usualToken)).toBe('3665882957931887177');
    expect(clusterIdOf([member], tokenOf(restore))).toBe('359252935427206500');
  });

  it('is that of all members, in any order', () => {
    const others = [member, { name: 'b', peerUrl: 'https://172.31.2.12:2380' }];
    expect(clusterIdOf(others, 't')).toBe(clusterIdOf(others.toReversed(), 't'));
    expect(clusterIdOf(others, 't')).not.toBe(clusterIdOf([member], 't'));
  });

  it('is made of what --initial-cluster says', () => {
    expect(readInitialCluster(initialClusterText([member]))).toEqual([member]);
    expect(readInitialCluster('')).toBeUndefined();
    expect(readInitialCluster('a=nowhere')).toBeUndefined();
  });
});

describe('the name of a restore', () => {
  it('holds its number and its backup', () => {
    expect(restoreNameText(restore)).toBe('1-2026-11-22-035128-fe87');
    expect(readRestoreName('1-2026-11-22-035128-fe87')).toEqual(restore);
    for (const text of ['0-2026-11-22-035128-fe87', '1-2026', 'x', '-1-2026-11-22-035128-fe87'])
      expect(readRestoreName(text)).toBeUndefined();
  });

  it('says by how much the revision is raised: always beyond what the cluster has had', () => {
    expect(bumpOf({ ...restore, number: 3 })).toBe(3_000_000_000);
    expect(numberBeyond(1, 2690, 2680)).toBe(1);
    expect(numberBeyond(1, 0, 2680)).toBe(1);
    // The nodes were set up anew and know of no restore; etcd's revision still tells of two.
    expect(numberBeyond(1, 2_000_004_000, 2680)).toBe(3);
  });
});
