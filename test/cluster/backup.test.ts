import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema, type BackupManifest } from '../../src/backup/manifest.ts';
import { openLab } from '../ssh/lab.ts';
import { shop, traces, withBackup } from './backup-ground.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { operatorMachine, type Ended } from './run-nodeops.ts';

const name = 'ci-backup';
const [controlPlane, worker] = [`${name}-cp1`, `${name}-w1`];
const machine = operatorMachine();
const sshHosts = openLab();
const folder = mkdtempSync(join(tmpdir(), 'nodeops-backups-'));
let cluster: LabCluster;

const nodeops = (inventory: string, ...args: readonly string[]): Promise<Ended> =>
  machine.nodeops(['backup', ...args, '--inventory', inventory]);
const create = (inventory: string, ...args: readonly string[]): Promise<Ended> =>
  nodeops(inventory, 'create', '--yes', ...args);
const inventoryWith = (file: string, backup: string): string => withBackup(cluster, folder, file, backup);

/** The backups of a place, oldest first, and the path of a file of the newest. */
const idsIn = (place: string): readonly string[] => readdirSync(join(folder, place, name)).toSorted();
const newest = (place: string, file: string): string => join(folder, place, name, idsIn(place).at(-1) ?? '', file);
const manifestIn = (place: string): BackupManifest =>
  manifestSchema.parse(JSON.parse(readFileSync(newest(place, 'manifest.json'), 'utf8')));

beforeAll(async () => {
  cluster = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
  await cluster.exec(worker, 'sh', '-c', 'mkdir -p /srv/shop-data && echo orders > /srv/shop-data/orders');
  await cluster.exec(controlPlane, 'sh', '-c', `kubectl apply -f - <<'end'\n${shop(worker)}end`);
});
afterAll(async () => {
  await cluster.dispose();
  await sshHosts.close();
  machine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('a backup in a directory and on another host', () => {
  let inventory: string;
  let made: Ended;

  beforeAll(async () => {
    const sshd = await sshHosts.trusted();
    inventory = inventoryWith(
      'two-places',
      `to: [${folder}/here, "ssh://root@127.0.0.1:${sshd.port}${folder}/there"]
ssh: { identityFile: ${sshHosts.clientKey}, knownHostsFile: ${sshHosts.knownHosts}, agent: false }
application:
  - name: shop-files
    on: ${worker}
    command: |
      tar --create --file="/srv/$NODEOPS_BACKUP.tar" --directory=/srv shop-data
      tar --list --file="/srv/$NODEOPS_BACKUP.tar"
    covers: [{ namespace: shop, selector: app=db }]
  - name: claims
    on: control-plane
    command: [kubectl, get, persistentvolumeclaims, --namespace=shop, --output=name]
  - name: here
    command: echo "$NODEOPS_CLUSTER" > hook-was-here`,
    );
    made = await create(inventory);
  });

  it('is made, and says which claim is not covered', () => {
    expect(made.code, made.stderr + made.stdout).toBe(0);
    expect(made.stdout).toMatch(/in .*\/here, checksums [0-9a-f]{64}\n.*in ssh:.*\/there, checksums [0-9a-f]{64}\n/);
    expect(made.stdout).toMatch(/1 of 2 persistent volume claims NOT covered: shop\/logs$/);
  });

  it('has hooks that ran where they belong, and what they printed', async () => {
    expect(manifestIn('here').application).toMatchObject([
      { name: 'shop-files', on: worker, ok: true, claims: ['shop/data'] },
      { name: 'claims', on: controlPlane, ok: true },
      { name: 'here', on: 'this machine', ok: true },
    ]);
    expect(readFileSync(newest('there', 'hook-shop-files.txt'), 'utf8')).toBe('shop-data/\nshop-data/orders\n');
    expect(readFileSync(newest('here', 'hook-claims.txt'), 'utf8')).toBe(
      'persistentvolumeclaim/data\npersistentvolumeclaim/logs\n',
    );
    expect(readFileSync(join(folder, 'hook-was-here'), 'utf8')).toBe(`${name}\n`);
    expect(await cluster.exec(worker, 'ls', '/srv')).toContain(`${idsIn('here')[0]}.tar`);
  });

  it('says what a restore has to know', async () => {
    const manifest = manifestIn('here');
    expect(manifest).toMatchObject({
      cluster: name,
      etcd: { version: '3.6.6', quorum: true, members: [{ name: controlPlane }] },
      nodes: [
        { name: controlPlane, role: 'control-plane', kubelet: 'v1.35.4', kubeadm: 'v1.35.4' },
        { name: worker, role: 'worker', kubelet: 'v1.35.4' },
      ],
      claims: [{ claim: 'shop/data', coveredBy: 'shop-files', volume: 'shop-data' }, { claim: 'shop/logs' }],
      leftOut: [],
    });
    expect(manifest.etcd.keys).toBeGreaterThan(100);
  });

  it('leaves nothing on the nodes', async () => {
    for (const node of [controlPlane, worker])
      expect(await cluster.exec(node, 'find', '/var/lib/nodeops', '-name', 'backup-*.*')).toBe('');
  });

  it('is listed and found whole in both places', async () => {
    const listed = await nodeops(inventory, 'list');
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout.match(/ 1 of 2 +never /g)).toHaveLength(2);
    const verified = await nodeops(inventory, 'verify');
    expect(verified.code, verified.stderr + verified.stdout).toBe(0);
    expect(verified.stdout.match(/^✓ .* all as they were stored$/gm)).toHaveLength(2);
    expect((await nodeops(inventory, 'list')).stdout).not.toContain('never');
  });

  it('is restored for a test beside the running etcd, without a trace', async () => {
    const before = await cluster.exec(controlPlane, 'sh', '-c', traces);
    const tried = await nodeops(inventory, 'verify', '--restore-test', '--yes', '--to', join(folder, 'here'));
    expect(tried.code, tried.stderr + tried.stdout).toBe(0);
    const { revision, keys } = manifestIn('here').etcd;
    expect(tried.stdout).toMatch(
      new RegExp(`✓ restored for a test: revision ${revision}, ${keys} keys of .*, 2 nodes`),
    );
    expect(await cluster.exec(controlPlane, 'sh', '-c', traces)).toBe(before);
  });

  it('is refused where a byte of it changed, and good where it did not', async () => {
    const file = newest('there', 'etcd-snapshot.db');
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(4096) ^ 1, 4096);
    writeFileSync(file, bytes);
    const verified = await nodeops(inventory, 'verify');
    expect(verified.code).toBe(1);
    expect(verified.stdout).toMatch(/^✓ .*\/here: /m);
    expect(verified.stdout).toMatch(
      /^✗ .*\/there: do not restore from it\n +etcd-snapshot\.db was changed or damaged: /m,
    );
    const tried = await nodeops(inventory, 'verify', '--restore-test', '--yes');
    expect(tried.code).toBe(1);
    expect(tried.stdout.match(/restored for a test/g)).toHaveLength(1);
  });
});

describe('a backup whose hook fails', () => {
  it('is stored without that part, says which, and has failed', async () => {
    const inventory = inventoryWith(
      'failing',
      `to: ${folder}/failing
application:
  - { name: late, on: ${worker}, command: [sleep, "60"], timeout: 2s, covers: [shop/data] }
  - { name: broken, command: "echo no route to the database >&2; exit 3", covers: [shop/logs, shop/gone] }
  - { name: good, on: ${controlPlane}, command: [kubectl, version], covers: [shop/logs] }`,
    );
    const made = await create(inventory);
    expect(made.code, made.stderr + made.stdout).toBe(1);
    expect(made.stdout).toMatch(
      /why +the hook late failed: rc 124 \(not over in its time\)\n +the hook broken failed: rc 3: no route to the database\n/,
    );
    expect(made.stdout).toContain('left out: shop/gone of the hook broken: there is no such claim in the cluster');
    expect(manifestIn('failing').claims).toMatchObject([
      { claim: 'shop/data' },
      { claim: 'shop/logs', coveredBy: 'good' },
    ]);
    const verified = await nodeops(inventory, 'verify');
    expect(verified.code, verified.stderr + verified.stdout).toBe(0);
    expect((await nodeops(inventory, 'list')).stdout).toMatch(/ 1 of 2 .* incomplete: 2 hooks failed$/m);
    expect(await cluster.exec(worker, 'sh', '-c', 'pgrep -x sleep | wc -l')).toBe('0');
  });
});

describe('objects as text', () => {
  it('have no Secrets where the backup is not encrypted', async () => {
    const inventory = inventoryWith('plain', `to: ${folder}/plain`);
    const made = await create(inventory, '--objects');
    expect(made.code, made.stderr + made.stdout).toBe(0);
    const objects = readFileSync(newest('plain', 'objects.jsonl'), 'utf8');
    expect(objects).toMatch(/"kind":"PersistentVolumeClaim"/);
    expect(objects).not.toMatch(/"kind":"Secret"/);
    expect(made.stdout).toContain('left out: Secrets among the API objects as text');
  });

  it('have them where it is, and only the key opens it', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const inventory = inventoryWith('sealed', `to: ${folder}/sealed\nage: { recipients: [${recipient}] }`);
    const made = await create(inventory, '--objects');
    expect(made.code, made.stderr + made.stdout).toBe(0);
    expect(readdirSync(newest('sealed', '.')).filter((file) => !file.endsWith('.age'))).toEqual(['checksums.json']);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const objects = await decrypter.decrypt(readFileSync(newest('sealed', 'objects.jsonl.age')), 'text');
    const secrets = objects.split('\n').filter((line) => line.includes('"kind":"Secret"'));
    expect(secrets.join('\n')).toContain(Buffer.from('swordfish').toString('base64'));
    const closed = await nodeops(inventory, 'verify');
    expect(closed.code).toBe(0);
    expect(closed.stdout).toContain('2 of 2 persistent volume claims NOT covered');
    writeFileSync(join(folder, 'key.txt'), `${identity}\n`);
    const opened = await nodeops(inventory, 'verify', '--identity', join(folder, 'key.txt'));
    expect(opened.stdout).toContain('2 of 2 persistent volume claims NOT covered: shop/data, shop/logs');
  });
});

describe('a backup without an API server', () => {
  beforeAll(async () => {
    const stop =
      'systemctl stop kubelet; pkill -KILL -x kube-apiserver; while pgrep -x kube-apiserver; do sleep 0.2; done';
    await cluster.exec(controlPlane, 'sh', '-c', stop);
  });

  it('has etcd and the nodes, and says what nobody could be asked for', async () => {
    const inventory = inventoryWith('no-api', `to: ${folder}/no-api`);
    const made = await create(inventory);
    expect(made.code, made.stderr + made.stdout).toBe(0);
    expect(made.stdout).toContain('left out: the list of persistent volume claims: no API server answered: ');
    expect((await nodeops(inventory, 'list')).stdout).toContain(' unknown ');
    expect((await nodeops(inventory, 'verify')).code).toBe(0);
  });
});
