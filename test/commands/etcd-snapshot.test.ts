import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepSnapshot, removeSnapshot } from '../../src/commands/etcd-snapshot.ts';
import { quote } from '../../src/commands/quote.ts';
import { Sandbox } from './sandbox.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };
const status = '{"hash":1234,"revision":99,"totalKey":5,"totalSize":20480}';

/** As etcd streams it: the database, then the sha256 of it (etcd, clientv3/snapshot). */
const snapshot = (content: string): Buffer => {
  const data = Buffer.from(content.repeat(512));
  return Buffer.concat([data, createHash('sha256').update(data).digest()]);
};

const node = (file: Buffer, kubectl = `echo '${status}'`): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program('kubectl', kubectl);
  mkdirSync(sandbox.path('etcd'));
  sandbox.write('etcd/nodeops-r1.db', file);
  return sandbox;
};

const keep = (sandbox: Sandbox) =>
  sandbox.run(
    keepSnapshot(place, { saved: sandbox.path('etcd/nodeops-r1.db'), kept: sandbox.path('nodeops/r1/before') }),
  );

describe('keepSnapshot', () => {
  it('outlives the connection', () => {
    const command = keepSnapshot(place, { saved: '/var/lib/etcd/a.db', kept: '/var/lib/nodeops/r1/b' });
    expect(command).toMatchObject({ effect: 'write', lifetime: 'detached', become: true });
  });

  it('moves a whole snapshot out of etcd’s directory, its status beside it', async () => {
    const file = snapshot('keyspace');
    const sandbox = node(file);
    expect(await keep(sandbox)).toEqual({ code: 0, signal: null, stdout: `${status}\n`, stderr: '' });
    expect(Buffer.from(sandbox.read('nodeops/r1/before.db'), 'latin1').equals(file)).toBe(true);
    expect(sandbox.read('nodeops/r1/before.json')).toBe(`${status}\n`);
    expect(readdirSync(sandbox.path('etcd'))).toEqual([]);
  });

  it('asks the etcd pod of that node about the file', async () => {
    const sandbox = node(snapshot('keyspace'));
    await keep(sandbox);
    expect(sandbox.calls).toEqual([
      `kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443 --request-timeout=15s --namespace kube-system exec etcd-cp1 -- etcdutl snapshot status ${sandbox.path('etcd/nodeops-r1.db')} --write-out=json`,
    ]);
  });

  it('lets nobody else read it: it holds every Secret', async () => {
    const sandbox = node(snapshot('keyspace'));
    await keep(sandbox);
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
    const ended = await keep(sandbox);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('the snapshot is torn: sha256 ');
    expect(sandbox.has('nodeops')).toBe(false);
  });

  it('refuses one that etcd cannot read', async () => {
    const sandbox = node(snapshot('keyspace'), 'echo "Error: invalid database" >&2; exit 1');
    const ended = await keep(sandbox);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('invalid database');
    expect(sandbox.has('nodeops')).toBe(false);
  });

  it('takes the leftovers of killed runs along, and only those', async () => {
    const sandbox = node(snapshot('keyspace'));
    for (const name of ['nodeops-r0.db', 'nodeops-r0.db.part', 'mine.db']) sandbox.write(`etcd/${name}`, 'old');
    mkdirSync(sandbox.path('etcd/member'));
    expect((await keep(sandbox)).code).toBe(0);
    expect(readdirSync(sandbox.path('etcd')).toSorted()).toEqual(['member', 'mine.db']);
  });

  it('can be done again with a newer one', async () => {
    const sandbox = node(snapshot('keyspace'));
    await keep(sandbox);
    const newer = snapshot('newer');
    sandbox.write('etcd/nodeops-r1.db', newer);
    expect((await keep(sandbox)).code).toBe(0);
    expect(Buffer.from(sandbox.read('nodeops/r1/before.db'), 'latin1').equals(newer)).toBe(true);
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
