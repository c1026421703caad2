import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createS3Place } from '../../src/adapters/places/s3-place.ts';
import { operatorsMachine } from '../../src/model/action.ts';
import type { BackupSettings } from '../../src/model/cluster.ts';
import type { BackupPlace } from '../../src/ports/backup-places.ts';
import { performStorage } from '../../src/run/backup/perform-storage.ts';
import { inPlace } from '../../src/run/backup/store-backup.ts';
import { backupsIn } from '../../src/run/backup/stored-backups.ts';
import { plainFile, rememberVerified, verifyBackup } from '../../src/run/backup/verify-backup.ts';
import { textOf } from '../../src/run/kept-text.ts';
import { placeContract } from '../adapters/places/contract.ts';
import { backupStage } from '../backup/stage.ts';
import { coldBuildMs, startS3Server, type S3Server } from './s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server(['attic', 'cellar', 'vault']);
  // As an operator would: credentials come from the environment.
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
}, coldBuildMs);
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const options = () => ({ endpoint: server.endpoint, pathStyle: true });
const open = (bucket: string, prefix: string, endpoint = server.endpoint): BackupPlace => {
  const address = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  return createS3Place({ address, bucket, prefix }, { endpoint, pathStyle: true }, process.env);
};

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('x'));
}

describe('a bucket as a place for backups', () => {
  placeContract(() => Promise.resolve(open('attic', '')));
});

describe('a folder of a bucket as a place for backups', () => {
  placeContract(() => Promise.resolve(open('cellar', 'k8s/prod')));

  it('lists more than one page', async () => {
    const place = open('cellar', 'many');
    const names = Array.from({ length: 1005 }, (_, index) => `paris/b/${String(index).padStart(4, '0')}`);
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => place.write(name, oneByte())));
    expect((await place.list('paris')).map(({ name }) => name)).toEqual(names);
    await place.remove(names);
    expect(await place.list('paris')).toEqual([]);
    await place.close();
  });
});

const ids = ['2026-11-18-020000-0001', '2026-11-19-020000-0002', '2026-11-20-020000-0003'] as const;
const [first] = ids;
type Stage = ReturnType<typeof backupStage>;
let folders = 0;

/** A machine that makes backups, and a folder of the bucket that nobody else uses. */
const bucketStage = (change: Partial<BackupSettings> = {}) => {
  folders += 1;
  const prefix = `test-${folders}`;
  const stage = backupStage({ s3: options(), ...change }, server.env);
  /** What somebody does who gets at the store behind nodeops' back. */
  const path = (name: string, id: string = first): string => join(server.directory, 'vault', prefix, 'paris', id, name);
  return { ...stage, place: `s3://vault/${prefix}`, path };
};

const store = async ({ session, emit, gather, place }: Stage, backup: string = first): Promise<string> => {
  await gather(backup);
  const action = { do: 'store', on: operatorsMachine, backup, places: [place], objects: false } as const;
  return (await performStorage(session, emit, action)).stderr;
};

const found = ({ session, place }: Stage) => inPlace(session, place, (opened) => backupsIn(opened, 'paris'));

const verify = ({ session, place }: Stage, identities?: string, id: string = first) =>
  inPlace(session, place, async (opened) => {
    const backup = (await backupsIn(opened, 'paris')).find((each) => each.id === id);
    if (backup === undefined) throw new Error('the backup is not listed');
    const verdict = await verifyBackup(session, opened, backup, identities);
    const snapshot =
      verdict.encrypted && identities === undefined
        ? undefined
        : await textOf(await plainFile(session, opened, backup, 'etcd-snapshot.db', identities));
    return { ...verdict, snapshot };
  });

describe('a backup in a bucket', () => {
  it('comes back as it was stored', async () => {
    const stage = bucketStage();
    expect(await store(stage)).toBe('');
    expect(readdirSync(stage.path('.')).toSorted()).toEqual([
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
    expect(await verify(stage)).toMatchObject({ wrong: [], notes: [], files: 8, snapshot: 'snapshot of etcd' });
  });

  it('encrypted, nothing of it can be read there, and it opens with the key', async () => {
    const identity = await generateX25519Identity();
    const stage = bucketStage({ recipients: [await identityToRecipient(identity)] });
    expect(await store(stage)).toBe('');
    expect(readFileSync(stage.path('etcd-snapshot.db.age'), 'utf8')).not.toContain('snapshot of etcd');
    expect(await verify(stage)).toMatchObject({ wrong: [], snapshot: undefined });
    expect(await verify(stage, identity)).toMatchObject({ wrong: [], notes: [], snapshot: 'snapshot of etcd' });
  });

  it.each([
    ['a byte of the snapshot', 'etcd-snapshot.db', 'snapshot of etcD', /^etcd-snapshot\.db was changed or damaged/],
    ['the checksums', 'checksums.json', '', /^checksums\.json was changed/],
  ])('that was changed there is refused: %s', async (_what, name, text, wrong) => {
    const stage = bucketStage();
    await store(stage);
    const before = readFileSync(stage.path(name), 'utf8');
    writeFileSync(stage.path(name), text === '' ? before.replace(/"bytes": \d/, '"bytes": 9') : text);
    expect((await verify(stage)).wrong).toContainEqual(expect.stringMatching(wrong));
  });

  it('older ones go, the newest verified one stays', async () => {
    const stage = bucketStage({ keep: { last: 1 } });
    for (const id of ids) {
      await store(stage, id);
      stage.clock.time += 86_400_000;
      if (id !== first) continue;
      const verdict = await verify(stage);
      await inPlace(stage.session, stage.place, (place) =>
        rememberVerified(stage.session, place, verdict, 'checksums'),
      );
    }
    const tidy = { do: 'tidy', on: operatorsMachine, backup: ids[2], places: [stage.place] } as const;
    expect((await performStorage(stage.session, stage.emit, tidy)).stderr).toBe('');
    expect((await found(stage)).map(({ id }) => id)).toEqual([ids[2], first]);
    expect(existsSync(stage.path('checksums.json', ids[1]))).toBe(false);
    expect(stage.events.at(-1)).toMatchObject({ type: 'backup-removed', backup: ids[1], place: stage.place });
  });
});

describe('a bucket that does not do what it is asked', () => {
  it.each([
    ['AWS_SECRET_ACCESS_KEY', 'wrong'],
    ['AWS_ACCESS_KEY_ID', 'nobody'],
  ])('with a wrong %s, it says which variables to look at, and nothing counts as stored', async (name, value) => {
    const stage = bucketStage();
    vi.stubEnv(name, value);
    try {
      const said = await store(stage);
      expect(said).toMatch(
        /^s3:\/\/vault\/test-\d+: writing paris\/.*: .+\nexport AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, /,
      );
      expect(said).not.toContain('labsecret');
    } finally {
      vi.stubEnv(name, server.env[name]);
    }
    expect(await stage.artifacts.list('paris/backups')).toEqual([]);
    // What was gathered is still there for another try.
    expect(await stage.artifacts.list(`paris/${first}`)).not.toEqual([]);
    expect(await found(stage)).toEqual([]);
  });

  it('where there is no such bucket', async () => {
    const stage = bucketStage();
    expect(await store({ ...stage, place: 's3://missing/k8s' })).toMatch(
      /^s3:\/\/missing\/k8s: writing .*\nmake the bucket first, or correct its name$/,
    );
    await expect(open('missing', '').list('paris')).rejects.toMatchObject({
      message: expect.stringMatching(/^s3:\/\/missing: listing: .*bucket/),
      fix: 'make the bucket first, or correct its name',
    });
  });

  it('where nobody listens', async () => {
    await expect(open('vault', '', 'http://127.0.0.1:1').list('paris')).rejects.toMatchObject({
      message: expect.stringMatching(/^s3:\/\/vault: listing: .*ECONNREFUSED/),
      fix: expect.stringContaining('the endpoint'),
    });
  });
});
