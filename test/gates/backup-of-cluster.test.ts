import { describe, expect, it } from 'vitest';
import { clusterIdOf, readInitialCluster, usualToken } from '../../src/backup/etcd-identity.ts';
import { backupOfCluster } from '../../src/gates/backup-of-cluster.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { restoredClusterId } from '../../src/steps/verify-restored-etcd.ts';
import { etcdHereAt, memberUrl, members, restore, untouched } from '../steps/restore-values.ts';
import { bound, onControlPlane } from '../steps/values.ts';

const ofBackup = '3665882957931887177';
const stepOf = (change: object = {}) =>
  bound(
    backupOfCluster,
    { restore, members: members(3), backupClusterId: ofBackup, backupMembers: members(3), ...change },
    onControlPlane(),
  );
const answering = (clusterId: string) => ({ restores: untouched, etcd: { here: etcdHereAt({ clusterId }) } });
const silent = { restores: untouched, etcd: { why: 'it does not answer' } };

const since = (clusterId: string, of: string) => ({
  ...answering(clusterId),
  restores: { ...untouched, restores: [{ name: restore, of, marks: [] }] },
});

describe('backup-of-cluster', () => {
  it('passes where the identity is the same, or nothing answers that could say another', () => {
    expect(stepOf().check(answering(ofBackup))).toEqual(satisfied);
    expect(stepOf().check(silent)).toEqual(satisfied);
  });

  it('refuses where the etcd that answers is another cluster', () =>
    expect(stepOf().check(answering('42'))).toMatchObject({
      kind: 'blocked',
      because: `the backup 2026-11-21-235810-875f is of etcd cluster ${ofBackup}, and the etcd that answers on paris-cp1 is 42`,
      fix: expect.stringContaining('nodeops backup verify 2026-11-21-235810-875f'),
    }));

  it('does not believe an etcd that may have founded itself anew: its identity is made of its address', () => {
    const founded = clusterIdOf(readInitialCluster(members(1)) ?? [], usualToken);
    expect(stepOf().check(answering(founded))).toEqual(satisfied);
  });

  it('knows what earlier restores have made of it', () => {
    expect(stepOf().check(since('42', ofBackup)), 'its backup was restored before').toEqual(satisfied);
    const own = stepOf({ backupClusterId: restoredClusterId(restore, members(3)) });
    expect(own.check(since('42', ofBackup)), 'it was backed up since').toEqual(satisfied);
    expect(stepOf().check(since('42', '43'))).toMatchObject({ kind: 'blocked' });
  });

  it.each([
    [
      'the member is elsewhere now',
      `paris-cp1=https://10.0.0.9:2380`,
      'in the backup 2026-11-21-235810-875f etcd member paris-cp1 is at https://10.0.0.9:2380, on paris-cp1 at https://172.31.0.11:2380',
    ],
    [
      'other members altogether',
      `rome-cp1=${memberUrl(0)}`,
      'the backup 2026-11-21-235810-875f is of the etcd members rome-cp1: paris-cp1 is none of them, nor is any other control plane',
    ],
  ])('refuses by names and addresses: %s', (_what, backupMembers, because) =>
    expect(stepOf({ backupMembers }).check(silent)).toMatchObject({ kind: 'blocked', because }),
  );

  it('passes a control plane that came after the backup', () =>
    expect(stepOf({ backupMembers: `paris-cp2=${memberUrl(1)}` }).check(silent)).toEqual(satisfied));
});
