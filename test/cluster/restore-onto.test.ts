import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { wireCluster } from '../../docker/clusters.ts';
import { freshCluster, type LabCluster } from './lab-cluster.ts';
import { objectLines } from './object-lines.ts';
import { operatorMachine, writesOf, type Ended } from './run-nodeops.ts';

const name = 'ci-gone';
const hosts = `${name}2`;
const kinds =
  'namespaces,configmaps,secrets,serviceaccounts,services,deployments,daemonsets,poddisruptionbudgets,clusterroles,clusterrolebindings,roles,rolebindings';

const findingsOf = z.object({ findings: z.array(z.looseObject({ gate: z.string(), verdict: z.string() })) });

/** What kubeadm writes anew because an address is in it, and tokens of a few minutes. */
const ofAddresses =
  /^object (ConfigMap\/kube-(public\/cluster-info|system\/(kubeadm-config|kube-proxy))|Secret\/kube-system\/bootstrap-token-)/;

const objects = async (cluster: LabCluster): Promise<readonly string[]> =>
  objectLines(await cluster.kubectl('get', kinds, '--all-namespaces', '-o', 'json')).filter(
    (line) => !ofAddresses.test(line),
  );

const tokens = async (cluster: LabCluster): Promise<readonly string[]> =>
  (await cluster.kubectl('-n', 'kube-system', 'get', 'secrets', '-o', 'name'))
    .split('\n')
    .filter((line) => line.startsWith('secret/bootstrap-token-'));

const configuration = (cluster: LabCluster): Promise<string> =>
  cluster.kubectl(
    '-n',
    'kube-system',
    'get',
    'configmap',
    'kubeadm-config',
    '-o',
    'jsonpath={.data.ClusterConfiguration}',
  );

describe('a cluster whose machines are gone', () => {
  const machine = operatorMachine();
  const place = mkdtempSync(join(tmpdir(), 'nodeops-backup-'));
  let old: LabCluster;
  let bare: LabCluster;
  let before: readonly string[];
  let token: string;
  let tokensBefore: readonly string[];
  let endpoint: string;
  let endpointBefore: string;
  let configurationBefore: string;

  const argvOf = (inventory: string, ...args: readonly string[]): readonly string[] => [
    'restore',
    'last',
    '--onto',
    inventory,
    '--cluster',
    name,
    '--from',
    place,
    ...args,
  ];
  const restore = (...args: readonly string[]): Promise<Ended> =>
    machine.nodeops(argvOf(bare.inventory, '--endpoint', endpoint, ...args));
  const left = (node: string): Promise<string> =>
    bare.exec(node, 'sh', '-c', 'ls -A /etc/kubernetes/manifests /var/lib/nodeops-etcd /var/lib/etcd 2>&1 || :');

  beforeAll(async () => {
    old = await freshCluster({ name, topology: '1+1', version: '1.35.4' });
    bare = await freshCluster({ name: hosts, topology: '1+1', version: '1.35.4', bareFor: name });
    endpoint = `${bare.nodes[0]?.host ?? ''}:6443`;
    for (let index = 0; index < 20; index++)
      await old.kubectl('create', 'configmap', `kept-${index}`, `--from-literal=number=${index}`);
    token = (await old.kubectl('create', 'token', 'default', '--duration=24h')).trim();
    const saved = await machine.nodeops(['backup', '--inventory', old.inventory, '--to', place, '--yes']);
    if (saved.code !== 0) throw new Error(saved.stdout + saved.stderr);
    before = await objects(old);
    tokensBefore = await tokens(old);
    endpointBefore = `${old.nodes[0]?.host ?? ''}:6443`;
    configurationBefore = await configuration(old);
  });
  afterAll(async () => {
    await old.dispose();
    await bare.dispose();
    machine.dispose();
    rmSync(place, { recursive: true, force: true });
  });

  it('is not restored over a cluster that is there', async () => {
    const refused = await machine.nodeops(argvOf(old.inventory, '--yes'));
    expect(refused.code, refused.stdout + refused.stderr).toBe(3);
    expect(refused.stderr).toContain(`${name}-cp1 is or was a node of a cluster`);
    expect(writesOf(refused)).toBe(0);
    expect(await objects(old)).toEqual(before);
    expect(await old.exec(`${name}-cp1`, 'sh', '-c', 'ls -d /var/lib/nodeops-etcd 2>&1 || :')).toContain(
      'No such file',
    );
  });

  it('is not restored where nobody would find it', async () => {
    await old.dispose();
    const untouched = await left(`${hosts}-cp1`);
    const refused = await machine.nodeops(argvOf(bare.inventory, '--yes'));
    expect(refused.code, refused.stdout + refused.stderr).toBe(3);
    expect(refused.stderr).toContain('does not lead to the first control plane');
    expect(await left(`${hosts}-cp1`)).toBe(untouched);
  });

  it('comes back on other hosts, killed twice on the way', async () => {
    const wired = wireCluster(hosts);
    const argv = argvOf(bare.inventory, '--endpoint', endpoint, '--yes');
    await machine.killedAt('[certs] Generating', argv);
    const printed = await machine.killedAt('[kubelet-start] Starting the kubelet', argv);
    expect(printed).not.toMatch(/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/);
    const last = await restore('--yes');
    expect(last.code, last.stdout + last.stderr).toBe(0);
    expect(last.stdout).toMatch(/\d+ objects; the backup had \d+/);
    await wired;
  });

  it('has the objects of before, and keys that honour what was signed before', async () => {
    expect(await objects(bare)).toEqual(before);
    const who = await bare.kubectl(
      'auth',
      'whoami',
      '--kubeconfig=/dev/null',
      `--server=https://${endpoint}`,
      '--insecure-skip-tls-verify',
      `--token=${token}`,
    );
    expect(who).toContain('system:serviceaccount:default:default');
  });

  it('is configured as before but for the endpoint: no addon is left out of an upgrade', async () => {
    expect((await configuration(bare)).replaceAll(endpoint, endpointBefore)).toBe(configurationBefore);
  });

  it('runs on the new hosts only', async () => {
    const where = await bare.kubectl(
      'get',
      'pods',
      '-A',
      '-o',
      'jsonpath={range .items[*]}{.spec.nodeName}{"\\n"}{end}',
    );
    expect([...new Set(where.trim().split('\n'))].toSorted()).toEqual([`${hosts}-cp1`, `${hosts}-w1`]);
    expect((await bare.kubectl('get', 'nodes', '-o', 'name')).trim().split('\n').toSorted()).toEqual([
      `node/${hosts}-cp1`,
      `node/${hosts}-w1`,
    ]);
  });

  it('leaves no key and no token behind', async () => {
    const kept = await bare.exec(`${hosts}-cp1`, 'sh', '-c', 'ls /var/lib/nodeops-etcd/*');
    expect(kept).not.toMatch(/node\.tar|join|\.db|finish/);
    // The token that `kubeadm init` wants to make lives for a minute.
    await vi.waitFor(async () => expect(await tokens(bare)).toEqual(tokensBefore), {
      timeout: 120_000,
      interval: 2000,
    });
  });

  it('does nothing when it is typed once more, and is a cluster that can be upgraded', async () => {
    const again = await restore('--yes');
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(again.stdout).toContain('nothing to do');
    const checked = await machine.nodeops(['check', '-i', bare.inventory, '--to', '1.35.4', '--output', 'json']);
    const { findings } = findingsOf.parse(JSON.parse(checked.stdout));
    expect(findings.filter(({ verdict }) => verdict === 'block')).toEqual([]);
    expect(findings.filter(({ gate }) => gate === 'node-identity')).toHaveLength(2);
  });
});
