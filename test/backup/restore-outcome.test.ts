import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BackupManifest } from '../../src/backup/manifest.ts';
import { readRestore } from '../../src/backup/restore-outcome.ts';

const text = readFileSync(join(import.meta.dirname, 'recorded/restore-test.json'), 'utf8');
const manifest = (change: Partial<BackupManifest['etcd']> = {}): BackupManifest => ({
  format: 1,
  kind: 'nodeops backup',
  id: '2026-11-22-001750-93d6',
  cluster: 'bk1',
  nodeops: '0.1.0',
  takenAt: '2026-11-22T00:17:54.000Z',
  etcd: {
    clusterId: '11430192284666932170',
    version: '3.6.6',
    revision: 4174,
    keys: 355,
    hash: 3_442_161_426,
    snapshotBytes: 1_962_016,
    quorum: true,
    members: [],
    initialCluster: '',
    ...change,
  },
  nodes: [],
  application: [],
  leftOut: [],
  files: [],
});

describe('what a restore that was tried held', () => {
  it('is as the manifest says', () =>
    expect(readRestore(text, manifest())).toEqual({ revision: 4174, keys: 355, bytes: 313_899, nodes: 2, wrong: [] }));

  it.each([
    [
      'another revision',
      { revision: 4175 },
      [
        'the snapshot’s revision is 4174, the manifest says 4175',
        'the restored revision is 4174, the manifest says 4175',
      ],
    ],
    ['another number of keys', { keys: 1 }, ['the number of its keys is 355, the manifest says 1']],
    ['another content', { hash: 1 }, ['the hash of its content is 3442161426, the manifest says 1']],
  ])('%s is noticed', (_what, change, wrong) => expect(readRestore(text, manifest(change))?.wrong).toEqual(wrong));

  it.each([
    ['"kubeSystem":1', '"kubeSystem":0', 'the namespace kube-system is not in it'],
    ['"nodes":2', '"nodes":0', 'no node is in it'],
  ])('%s → %s is noticed', (is, not, wrong) =>
    expect(readRestore(text.replace(is, not), manifest())?.wrong).toEqual([wrong]),
  );

  it('anything else is not read', () => expect(readRestore('etcd: no space left', manifest())).toBeUndefined());
});
