import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { removeSnapshot, takeSnapshot } from '../../src/commands/etcd-snapshot.ts';
import { quote } from '../../src/commands/quote.ts';
import { EtcdSandbox } from './etcd-sandbox.ts';

const status = '{"hash":1234,"revision":99,"totalKey":5,"totalSize":20480}';

/** As etcd streams it: the database, then the sha256 of it (etcd, clientv3/snapshot). */
const snapshot = (content: string): Buffer => {
  const data = Buffer.from(content.repeat(512));
  return Buffer.concat([data, createHash('sha256').update(data).digest()]);
};

const node = (file: Buffer, etcdutl = `echo '${status}'`): EtcdSandbox => {
  const sandbox = new EtcdSandbox({ etcdutl });
  sandbox.write('streamed', file);
  sandbox.inImage(
    'etcdctl',
    `for path; do :; done; case "$*" in *save*) cp '${sandbox.path('streamed')}' "$path" ;; esac`,
  );
  return sandbox;
};

const take = (sandbox: EtcdSandbox) => sandbox.run(takeSnapshot(sandbox.path('nodeops/r1/before')));

describe('takeSnapshot', () => {
  it('outlives the connection', () => {
    const command = takeSnapshot('/var/lib/nodeops/r1/b');
    expect(command).toMatchObject({ effect: 'write', lifetime: 'detached', become: true });
  });

  it('saves a whole snapshot, its status beside it, and nothing in etcd’s own directory', async () => {
    const file = snapshot('keyspace');
    const sandbox = node(file);
    expect(await take(sandbox)).toEqual({ code: 0, signal: null, stdout: `${status}\n`, stderr: '' });
    expect(Buffer.from(sandbox.read('nodeops/r1/before.db'), 'latin1').equals(file)).toBe(true);
    expect(sandbox.read('nodeops/r1/before.json')).toBe(`${status}\n`);
    expect(readdirSync(sandbox.path('nodeops/r1')).toSorted()).toEqual(['before.db', 'before.json']);
  });

  it('asks etcd whether it answers at all, then saves, then looks at the file', async () => {
    const sandbox = node(snapshot('keyspace'));
    await take(sandbox);
    const kept = sandbox.path('nodeops/r1/before.db');
    expect(sandbox.calls.map((call) => call.replace(/ --(endpoints|cacert|cert|key)=\S+/g, ''))).toEqual([
      'etcdctl endpoint status',
      `etcdctl --command-timeout=20m snapshot save ${kept}`,
      `etcdutl snapshot status ${kept} --write-out=json`,
    ]);
  });

  it('does not wait for an etcd that does not answer', async () => {
    const sandbox = node(snapshot('keyspace'));
    sandbox.inImage('etcdctl', 'echo "Failed to get the status" >&2; exit 1');
    expect(await take(sandbox)).toMatchObject({ code: 1, stderr: 'Failed to get the status\n' });
    expect(sandbox.calls).toHaveLength(1);
  });

  it('asks etcdctl about the file where the image has no etcdutl yet', async () => {
    const sandbox = node(snapshot('keyspace'));
    rmSync(sandbox.path('proc/42/root/usr/local/bin/etcdutl'));
    await take(sandbox);
    expect(sandbox.calls.at(-1)).toBe(
      `etcdctl snapshot status ${sandbox.path('nodeops/r1/before.db')} --write-out=json`,
    );
  });

  it('lets nobody else read it: it holds every Secret', async () => {
    const sandbox = node(snapshot('keyspace'));
    await take(sandbox);
    expect((statSync(sandbox.path('nodeops/r1')).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(sandbox.path('nodeops/r1/before.json')).mode & 0o777).toString(8)).toBe('600');
  });

  it.each([
    ['cut short', snapshot('keyspace').subarray(0, -100)],
    ['without its sum', snapshot('keyspace').subarray(0, -32)],
    ['with one bit turned', Buffer.from(snapshot('keyspace').map((byte, index) => (index === 77 ? byte ^ 1 : byte)))],
    ['empty', Buffer.alloc(0)],
  ])('refuses one that is %s, and keeps nothing', async (_what, file) => {
    const sandbox = node(file);
    const ended = await take(sandbox);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('the snapshot is torn: sha256 ');
    expect(readdirSync(sandbox.path('nodeops/r1'))).toEqual([]);
  });

  it('refuses one that etcd cannot read', async () => {
    const sandbox = node(snapshot('keyspace'), 'echo "Error: invalid database" >&2; exit 1');
    const ended = await take(sandbox);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('invalid database');
    expect(sandbox.has('nodeops/r1/before.json')).toBe(false);
  });

  it('can be done again, also after one that was killed on the way', async () => {
    const sandbox = node(snapshot('keyspace'));
    await take(sandbox);
    sandbox.write('nodeops/r1/before.db.part', 'torn');
    const newer = snapshot('newer');
    sandbox.write('streamed', newer);
    expect((await take(sandbox)).code).toBe(0);
    expect(Buffer.from(sandbox.read('nodeops/r1/before.db'), 'latin1').equals(newer)).toBe(true);
    expect(readdirSync(sandbox.path('nodeops/r1')).toSorted()).toEqual(['before.db', 'before.json']);
  });
});

describe('removeSnapshot', () => {
  it('takes both files off the node', () => {
    const command = removeSnapshot('/var/lib/nodeops/r1/etcd-before-1.36.3');
    expect(quote(command.argv)).toBe(
      'rm -f /var/lib/nodeops/r1/etcd-before-1.36.3.db /var/lib/nodeops/r1/etcd-before-1.36.3.json',
    );
    expect(command).toMatchObject({ effect: 'write', lifetime: 'attached' });
  });
});
