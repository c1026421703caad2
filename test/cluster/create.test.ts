import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireCluster } from '../../docker/clusters.ts';
import { freshCluster, heldPackages, type LabCluster } from './lab-cluster.ts';
import { operatorMachine, writesOf, type Ended } from './run-nodeops.ts';

const name = 'ci-new';
const cluster = 'fresh';
const [controlPlane, worker] = [`${name}-cp1`, `${name}-w1`];
const aToken = /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/;

describe('a cluster out of bare hosts', () => {
  const machine = operatorMachine();
  let hosts: LabCluster;

  const life = (...args: readonly string[]): Promise<Ended> =>
    machine.nodeops([...args, '--inventory', hosts.inventory, '--cluster', cluster]);
  const nodes = async (): Promise<readonly string[]> =>
    (await hosts.kubectl('get', 'nodes', '--no-headers'))
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).slice(0, 2).join(' '));
  /** What `kubeadm init` and `join` leave on a host. */
  const remains = (node: string): Promise<string> =>
    hosts.exec(
      node,
      'sh',
      '-c',
      'ls -d /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/manifests/* /var/lib/etcd/member /var/lib/nodeops-host/* 2> /dev/null || :; iptables-save | grep KUBE- || :',
    );

  beforeAll(async () => {
    hosts = await freshCluster({
      name,
      topology: '1+1',
      version: '1.35.4',
      bareFor: cluster,
      withoutPackages: true,
    });
  });
  afterAll(async () => {
    await hosts.dispose();
    machine.dispose();
  });

  it('is not made where its pods would meet the hosts’ own network', async () => {
    const text = readFileSync(hosts.inventory, 'utf8');
    const wrong = `${hosts.inventory}.wrong.yaml`;
    writeFileSync(wrong, text.replace(/podSubnet: .*/, 'podSubnet: 172.31.0.0/20'));
    const refused = await machine.nodeops(['create', '--inventory', wrong, '--no-cni', '--yes']);
    expect(refused.code, refused.stdout + refused.stderr).toBe(3);
    expect(refused.stderr).toContain('172.31.0.0/20, the cluster’s podSubnet, overlaps 172.31.0.0/16');
    expect(writesOf(refused)).toBe(0);
    expect(await remains(controlPlane)).toBe('');
  });

  it('is made, killed in the middle of kubeadm init', async () => {
    const wired = wireCluster(name);
    const printed = await machine.killedAt('[certs] Generating', [
      'create',
      '--inventory',
      hosts.inventory,
      '--cluster',
      cluster,
      '--no-cni',
      '--yes',
    ]);
    expect(printed).not.toMatch(aToken);
    const made = await life('create', '--no-cni', '--yes');
    expect(made.code, made.stdout + made.stderr).toBe(0);
    expect(made.stdout).not.toMatch(aToken);
    await wired;
    expect(await nodes()).toEqual([`${controlPlane} Ready`, `${worker} Ready`]);
    for (const node of [controlPlane, worker])
      expect(Object.keys(await heldPackages(hosts, node))).toEqual(
        expect.arrayContaining(['kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni']),
      );
    expect(await hosts.exec(controlPlane, 'sh', '-c', 'ls /var/lib/nodeops-host/*')).not.toContain('join');
    expect(await hosts.kubectl('-n', 'kube-system', 'get', 'secrets', '-o', 'name')).not.toContain('kubeadm-certs');
  });

  it('is left alone when it is asked for once more', async () => {
    const again = await life('create', '--no-cni', '--yes');
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(again.stdout).toContain('nothing to do');
    expect(writesOf(again)).toBe(0);
  });

  it('keeps its only control plane, and the node that lives', async () => {
    const last = await life('node', 'remove', controlPlane, '--yes');
    expect(last.code).toBe(2);
    const alive = await life('node', 'remove', worker, '--gone', '--yes');
    expect(alive.code, alive.stdout + alive.stderr).toBe(3);
    expect(alive.stderr).toContain(`${worker} is Ready`);
  });

  it('lets a worker go, bare, and come back', async () => {
    const removed = await life('node', 'remove', worker, '--yes');
    expect(removed.code, removed.stdout + removed.stderr).toBe(0);
    expect(await nodes()).toEqual([`${controlPlane} Ready`]);
    expect(await remains(worker)).toBe('');
    expect(await remains(controlPlane)).toContain('/etc/kubernetes/admin.conf');
    const wired = wireCluster(name);
    const added = await life('node', 'add', worker, '--yes');
    expect(added.code, added.stdout + added.stderr).toBe(0);
    await wired;
    expect(await nodes()).toEqual([`${controlPlane} Ready`, `${worker} Ready`]);
  });

  it('ends, and leaves bare hosts', async () => {
    const unnamed = await machine.nodeops(['reset', '--inventory', hosts.inventory, '--yes']);
    expect(unnamed.code, unnamed.stderr).toBe(2);
    const ended = await life('reset', '--yes');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    for (const node of [controlPlane, worker]) expect(await remains(node)).toBe('');
    const again = await life('reset', '--yes');
    expect(again.stdout).toContain('nothing to do');
  });
});
