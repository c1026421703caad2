import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withEtcd } from '../../src/commands/etcdctl.ts';
import { eventsOf, operatorMachine, type Ended } from './run-nodeops.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';

const name = 'ci-etcd';
const node = `${name}-cp1`;
const machine = operatorMachine();
const backup = mkdtempSync(join(tmpdir(), 'nodeops-backup-'));
let cluster: LabCluster;

const etcd = (...args: readonly string[]): Promise<Ended> =>
  machine.nodeops(['etcd', ...args, '--inventory', cluster.inventory]);
const inNode = (script: string): Promise<string> => cluster.exec(node, 'sh', '-c', script);
const byHand = (script: string): Promise<string> => cluster.exec(node, ...withEtcd(script));

/** What was written and deleted again: it stays in the file until it is compacted and defragmented. */
const fill = `n=0
while [ $n -lt "$1" ]; do
  head -c 900000 /dev/urandom | base64 -w 0 | etcdctl put /nodeops-test/$n >/dev/null 2>&1 || break
  n=$((n + 1))
done
etcdctl del /nodeops-test/ --prefix`;
const compacted = `revision=$(etcdctl endpoint status -w json | sed 's/.*"revision":\\([0-9]*\\).*/\\1/')
etcdctl compaction "$revision" --physical`;

const left = (): Promise<string> => inNode('find /var/lib/etcd /var/lib/nodeops -name "*.db*" -not -path "*/member/*"');
const ready = (): Promise<string> =>
  inNode(
    'until [ "$(curl -ks -m 2 https://127.0.0.1:6443/readyz)" = ok ]; do sleep 1; done; until kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes >/dev/null 2>&1; do sleep 1; done',
  );

beforeAll(async () => {
  cluster = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
});
afterAll(async () => {
  await cluster.dispose();
  machine.dispose();
  rmSync(backup, { recursive: true, force: true });
});

describe('etcd while all is well', () => {
  it('is looked at, and nothing is written', async () => {
    const status = await etcd('status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(
      new RegExp(`^${name}: etcd 3\\.6\\.6, 1 member, led by ${node}\\n.*\\n  ${node} +leader +healthy +3\\.6\\.6 `),
    );
    const members = await etcd('members', '--output', 'json');
    expect(JSON.parse(members.stdout)).toMatchObject({ members: [{ name: node, role: 'leader', healthy: true }] });
    expect(await etcd('alarms')).toMatchObject({ code: 0, stdout: `${name}: no alarms` });
    expect(await inNode('ls -A /var/lib/nodeops 2>/dev/null | wc -l')).toBe('0');
  });
});

describe('etcd whose API server and kubelet are stopped', () => {
  beforeAll(async () => {
    await byHand(fill.replace('"$1"', '12'));
    await byHand(compacted);
    await inNode(
      'systemctl stop kubelet; pkill -KILL -x kube-apiserver; while pgrep -x kube-apiserver; do sleep 0.2; done',
    );
  });

  it.each([['status'], ['members'], ['alarms']])('%s answers', async (what) => {
    expect(await etcd(what)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is saved: the copy is whole, and the node keeps none', async () => {
    const { code, stdout, stderr } = await etcd('snapshot', '--yes', '--out', backup, '--output', 'json');
    expect(code, stderr + stdout).toBe(0);
    const told = eventsOf(stdout).find(({ type }) => type === 'snapshot');
    const [file = ''] = readdirSync(backup);
    const bytes = readFileSync(join(backup, file));
    // etcd appends the sum of what it streamed.
    expect(createHash('sha256').update(bytes.subarray(0, -32)).digest().equals(bytes.subarray(-32))).toBe(true);
    expect(told).toMatchObject({
      cluster: name,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      status: { version: '3.6.0' },
    });
    expect(await left()).toBe('');
  });

  it('is defragmented, and a second time there is nothing to do', async () => {
    const plan = await etcd('defrag', '--dry-run');
    expect(plan.code, plan.stderr).toBe(0);
    expect(plan.stdout).toMatch(/give back \d+ MiB of \d+ MiB/);
    const done = await etcd('defrag', '--yes');
    expect(done.code, done.stderr + done.stdout).toBe(0);
    expect(done.stdout).toContain('Finished defragmenting etcd member');
    expect((await etcd('defrag', '--yes')).stdout).toContain(`${name}: nothing to do`);
  });

  afterAll(async () => {
    await inNode('systemctl start kubelet');
    await ready();
  });
});

describe('etcd without space', () => {
  beforeAll(async () => {
    await inNode(
      `sed -i 's|^\\( *\\)- --snapshot-count|\\1- --quota-backend-bytes=16777216\\n&|' /etc/kubernetes/manifests/etcd.yaml; sleep 20`,
    );
    await ready();
    await byHand(fill.replace('"$1"', '40'));
  });

  it('says so', async () => {
    expect(await etcd('alarms')).toMatchObject({ code: 0, stdout: `${name}: alarms\n  NOSPACE  ${node}` });
    const gate = await machine.nodeops(['check', '--inventory', cluster.inventory, '--to', '1.36.3']);
    expect(gate.code).toBe(3);
    expect(gate.stdout).toContain(`etcd member ${node} has the alarm NOSPACE`);
    await expect(cluster.kubectl('create', 'configmap', 'full')).rejects.toThrow('database space exceeded');
  });

  it('takes writes again: compacted, defragmented, disarmed', async () => {
    const done = await etcd('alarms', 'disarm', '--yes');
    expect(done.code, done.stderr + done.stdout).toBe(0);
    expect(await etcd('alarms')).toMatchObject({ stdout: `${name}: no alarms` });
    await cluster.kubectl('create', 'configmap', 'room');
    expect((await etcd('alarms', 'disarm', '--yes')).stdout).toContain(`${name}: nothing to do`);
  });
});
