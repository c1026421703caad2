import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operatorsMachine } from '../../src/model/action.ts';
import { checksumsSchema } from '../../src/backup/manifest.ts';
import { performStorage } from '../../src/run/backup/perform-storage.ts';
import { inPlace, readRecord } from '../../src/run/backup/store-backup.ts';
import { backupsIn } from '../../src/run/backup/stored-backups.ts';
import { rememberVerified, verifyBackup } from '../../src/run/backup/verify-backup.ts';
import { backupStage } from './stage.ts';

const id = '2026-11-21-093012-1f3a';
type Stage = ReturnType<typeof backupStage>;

const store = async ({ session, emit, gather, place }: Stage, backup = id): Promise<string> => {
  await gather(backup);
  const on = operatorsMachine;
  const result = await performStorage(session, emit, { do: 'store', on, backup, places: [place], objects: false });
  return result.stderr;
};

const verify = ({ session, place }: Stage, identities?: string, backup = id) =>
  inPlace(session, place, async (opened) => {
    const found = (await backupsIn(opened, 'paris')).find((each) => each.id === backup);
    if (found === undefined) throw new Error('the backup is not listed');
    return verifyBackup(session, opened, found, identities);
  });

const path = ({ place }: Stage, name: string): string => join(place, 'paris', id, name);
const read = (stage: Stage, name: string): string => readFileSync(path(stage, name), 'utf8');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What somebody does who can write to the place, and knows how it works. */
const forge = (stage: Stage, name: string, text: string): void => {
  const sums = checksumsSchema.parse(JSON.parse(read(stage, 'checksums.json')));
  const files = sums.files.map((file) =>
    file.name === name ? { name, bytes: Buffer.byteLength(text), sha256: sha256(text) } : file,
  );
  writeFileSync(path(stage, name), text);
  writeFileSync(path(stage, 'checksums.json'), JSON.stringify({ ...sums, files }));
};

describe('a backup in a directory', () => {
  it('says of itself what a restore has to know, and leaves nothing where it was gathered', async () => {
    const stage = backupStage();
    expect(await store(stage)).toBe('');
    expect(JSON.parse(read(stage, 'manifest.json'))).toMatchObject({
      format: 1,
      id,
      cluster: 'paris',
      nodeops: '1.2.3',
      etcd: {
        // Above 2^53: as text it keeps every digit.
        clusterId: '11430192284666932170',
        version: '3.6.6',
        revision: 2530,
        keys: 355,
        quorum: true,
        members: [{ name: 'bk1-cp1', peerUrls: ['https://172.31.4.11:2380'] }],
        initialCluster: 'bk1-cp1=https://172.31.4.11:2380',
      },
      nodes: [
        { name: 'cp1', role: 'control-plane', kubelet: 'v1.35.4', kubeadm: 'v1.35.4', containerd: '1.6.20~ds1' },
        { name: 'w1', role: 'worker' },
      ],
      claims: [],
      leftOut: [],
    });
    expect(await stage.artifacts.list(`paris/${id}`)).toEqual([]);
    expect(readdirSync(join(stage.place, 'paris', id)).toSorted()).toEqual([
      'checksums.json',
      'cluster-state.json',
      'etcd-snapshot.db',
      'etcd-snapshot.json',
      'manifest.json',
      'node-cp1.tar',
      'node-cp1.txt',
      'node-w1.tar',
      'node-w1.txt',
    ]);
  });

  it('has its checksums in the journal', async () => {
    const stage = backupStage();
    await store(stage);
    expect(stage.events).toEqual([
      expect.objectContaining({
        type: 'backup-stored',
        place: stage.place,
        sha256: sha256(read(stage, 'checksums.json')),
      }),
    ]);
  });

  it('is not stored where something is missing', async () => {
    const stage = backupStage();
    await stage.gather(id);
    await stage.artifacts.remove(`paris/${id}/node-w1.tar`);
    const action = { do: 'store', on: operatorsMachine, backup: id, places: [stage.place], objects: false } as const;
    const { exit, stderr } = await performStorage(stage.session, stage.emit, action);
    expect(exit).toEqual({ kind: 'code', code: 1 });
    expect(stderr).toBe(`paris/${id}/node-w1.tar is missing, or not as the node should have written it`);
    expect(await readRecord(stage.session, id)).toBeUndefined();
  });

  it('is found whole, and that is remembered here and beside it', async () => {
    const stage = backupStage();
    await store(stage);
    const verdict = await verify(stage);
    expect(verdict).toMatchObject({ wrong: [], notes: [], files: 8 });
    await inPlace(stage.session, stage.place, (place) => rememberVerified(stage.session, place, verdict, 'checksums'));
    expect((await readRecord(stage.session, id))?.verified).toEqual([
      { at: expect.any(String), how: 'checksums', place: stage.place },
    ]);
    const [found] = await inPlace(stage.session, stage.place, (place) => backupsIn(place, 'paris'));
    expect(found).toMatchObject({ verified: true, foreign: false });
  });

  const tampered: readonly (readonly [string, (stage: Stage) => void, RegExp])[] = [
    [
      'a byte of the snapshot',
      (stage) => writeFileSync(path(stage, 'etcd-snapshot.db'), 'snapshot of etcD'),
      /^etcd-snapshot\.db was changed or damaged/,
    ],
    ['a file taken away', (stage) => rmSync(path(stage, 'node-w1.tar')), /^node-w1\.tar is missing$/],
    [
      'a hash of the manifest',
      (stage) =>
        writeFileSync(
          path(stage, 'manifest.json'),
          read(stage, 'manifest.json').replace(/"sha256": "./, '"sha256": "0'),
        ),
      /^manifest\.json was changed or damaged/,
    ],
    [
      'a file, with the checksums made to fit',
      (stage) => forge(stage, 'node-cp1.txt', 'hostname evil\n'),
      /^checksums\.json was changed/,
    ],
    [
      'the manifest, with the checksums made to fit',
      (stage) =>
        forge(stage, 'manifest.json', read(stage, 'manifest.json').replace('"revision": 2530', '"revision": 1')),
      /^checksums\.json was changed/,
    ],
  ];
  it.each(tampered)('is refused: %s', async (_what, change, wrong) => {
    const stage = backupStage();
    await store(stage);
    change(stage);
    expect((await verify(stage)).wrong).toContainEqual(expect.stringMatching(wrong));
  });

  it('from a machine without a record the same is said to be uncertain', async () => {
    const stage = backupStage();
    await store(stage);
    await stage.artifacts.removeAll('paris/backups');
    expect(await verify(stage)).toMatchObject({ wrong: [], notes: [expect.stringContaining('no record of it')] });
  });

  it('what somebody else put beside it is named', async () => {
    const stage = backupStage();
    await store(stage);
    writeFileSync(path(stage, 'notes.md'), 'mine');
    expect((await verify(stage)).notes).toEqual(['notes.md is not part of it']);
  });

  it('where the disk refuses it says so, and nothing counts as stored', async () => {
    const stage = backupStage();
    writeFileSync(stage.place, 'a file');
    chmodSync(stage.place, 0o600);
    expect(await store(stage)).toContain('a file lies where a directory is needed');
    expect(await readRecord(stage.session, id)).toBeUndefined();
  });
});

const keys = async () => {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
};

const tidy = async ({ session, emit, place }: Stage, backup: string) =>
  performStorage(session, emit, { do: 'tidy', on: operatorsMachine, backup, places: [place] });

describe('an encrypted backup', () => {
  it('opens with the secret key only', async () => {
    const { identity, recipient } = await keys();
    const stage = backupStage({ recipients: [recipient] });
    await store(stage);
    expect(read(stage, 'etcd-snapshot.db.age')).toMatch(/^age-encryption\.org\/v1\n/);
    const names = readdirSync(join(stage.place, 'paris', id));
    expect(names.filter((name) => !name.endsWith('.age'))).toEqual(['checksums.json']);
    const closed = await verify(stage);
    expect(closed).toMatchObject({ wrong: [], notes: [expect.stringContaining('give --identity FILE')] });
    expect(closed.manifest).toBeUndefined();
    expect(await verify(stage, `# public key: ${recipient}\n${identity}\n`)).toMatchObject({
      wrong: [],
      notes: [],
      manifest: { etcd: { revision: 2530 } },
    });
    const other = await generateX25519Identity();
    await expect(verify(stage, other)).rejects.toThrow('none of its keys opens this backup');
    await expect(verify(stage, 'no key')).rejects.toThrow('no secret key of age');
  });

  it('is refused where a byte of it changed', async () => {
    const { identity, recipient } = await keys();
    const stage = backupStage({ recipients: [recipient] });
    await store(stage);
    const bytes = readFileSync(path(stage, 'etcd-snapshot.db.age'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(path(stage, 'etcd-snapshot.db.age'), bytes);
    expect((await verify(stage)).wrong).toEqual([
      expect.stringMatching(/^etcd-snapshot\.db\.age was changed or damaged/),
    ]);
    expect((await verify(stage, identity)).wrong).toContainEqual(
      expect.stringMatching(/^etcd-snapshot\.db\.age cannot be decrypted/),
    );
  });
});

describe('older backups', () => {
  const ids = ['2026-11-18-020000-0001', '2026-11-19-020000-0002', '2026-11-20-020000-0003', '2026-11-21-020000-0004'];

  it('go where nothing says to keep them, never the last that was verified', async () => {
    const stage = backupStage({ keep: { last: 2 } });
    for (const each of ids) {
      await store(stage, each);
      stage.clock.time += 86_400_000;
      if (each !== ids[0]) continue;
      const verdict = await verify(stage, undefined, each);
      await inPlace(stage.session, stage.place, (place) =>
        rememberVerified(stage.session, place, verdict, 'checksums'),
      );
    }
    // Only the note beside the backup is left to say that it was verified.
    await stage.artifacts.removeAll('paris/backups');
    expect((await tidy(stage, ids[3] ?? '')).stderr).toBe('');
    expect(readdirSync(join(stage.place, 'paris')).toSorted()).toEqual([ids[0], ids[2], ids[3]]);
    expect(stage.events.at(-1)).toMatchObject({ type: 'backup-removed', backup: ids[1] });
  });

  it('what is not ours is not touched', async () => {
    const stage = backupStage({ keep: { last: 1 } });
    for (const each of ids) {
      await store(stage, each);
      stage.clock.time += 86_400_000;
    }
    writeFileSync(join(stage.place, 'paris', ids[0] ?? '', 'notes.md'), 'mine');
    writeFileSync(join(stage.place, 'paris', 'README'), 'mine');
    await tidy(stage, ids[3] ?? '');
    expect(readdirSync(join(stage.place, 'paris')).toSorted()).toEqual([ids[0], ids[3], 'README']);
    expect(readdirSync(join(stage.place, 'paris', ids[0] ?? ''))).toHaveLength(10);
  });
});
