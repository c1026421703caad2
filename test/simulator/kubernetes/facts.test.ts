import { describe, expect, it } from 'vitest';
import { disruptionBudgets } from '../../../src/facts/disruption-budgets.ts';
import { etcdAlarms } from '../../../src/facts/etcd-alarms.ts';
import { etcdHealth } from '../../../src/facts/etcd-health.ts';
import { etcdMembers } from '../../../src/facts/etcd-members.ts';
import { etcdStatus } from '../../../src/facts/etcd-status.ts';
import type { Fact } from '../../../src/facts/fact.ts';
import { kubeadmConfig } from '../../../src/facts/kubeadm-config.ts';
import { kubeletConfig } from '../../../src/facts/kubelet-config.ts';
import { nodeLeases } from '../../../src/facts/node-leases.ts';
import { nodes } from '../../../src/facts/nodes.ts';
import { ownApiServer } from '../../../src/facts/own-api-server.ts';
import { pods, podsOnNode } from '../../../src/facts/pods.ts';
import { workloads } from '../../../src/facts/workloads.ts';
import { hostOf, pass, smallWorld } from './run-tool.ts';
import { answer, ask, valueOf } from './ask.ts';
import { recorded } from '../../facts/recorded.ts';

const topologies = [
  { controlPlanes: 1, workers: 1, version: '1.36.3' },
  { controlPlanes: 1, workers: 2, version: '1.35.4' },
  { controlPlanes: 3, workers: 2, version: '1.34.4' },
];

describe.each(topologies)('$controlPlanes + $workers, $version: the product reads', (topology) => {
  const world = smallWorld(topology);
  const total = topology.controlPlanes + topology.workers;

  it('every node, ready and of its version', () => {
    const seen = valueOf(world, nodes);
    expect(seen.map(({ name }) => name)).toEqual([...world.hosts.keys()].toSorted());
    for (const node of seen) {
      const host = hostOf(world, node.name);
      expect(node).toMatchObject({
        ready: 'True',
        kubeletVersion: topology.version,
        machineId: host.machineId,
        internalIp: host.address,
        controlPlane: host.role === 'control-plane',
        unschedulable: false,
      });
    }
  });

  it('leases renewed within the last ten seconds', () => {
    const { now, renewed } = valueOf(world, nodeLeases);
    expect(Object.keys(renewed).toSorted()).toEqual([...world.hosts.keys()].toSorted());
    for (const at of Object.values(renewed)) expect(now - at).toBeLessThanOrEqual(10_000);
  });

  it('pods, workloads and budgets', () => {
    const seen = valueOf(world, pods);
    expect(seen.filter(({ mirror }) => mirror)).toHaveLength(4 * topology.controlPlanes);
    expect(seen.filter(({ owner }) => owner?.name === 'kube-proxy')).toHaveLength(total);
    expect(seen.every(({ ready, phase, deleting }) => ready && phase === 'Running' && !deleting)).toBe(true);
    const here = valueOf(world, podsOnNode('paris-w1'));
    expect(here).toEqual(seen.filter(({ node }) => node === 'paris-w1'));
    for (const one of valueOf(world, workloads))
      expect(one).toMatchObject({ updated: one.desired, ready: one.desired, available: one.desired });
    expect(valueOf(world, disruptionBudgets)).toEqual([
      expect.objectContaining({ name: 'web', currentHealthy: 3, desiredHealthy: 1, disruptionsAllowed: 2 }),
    ]);
  });

  it('configurations and API servers', () => {
    expect(valueOf(world, kubeadmConfig)).toMatchObject({
      kubernetesVersion: topology.version,
      clusterName: 'paris',
      etcd: 'local',
    });
    expect(valueOf(world, kubeletConfig)).toMatchObject({ cgroupDriver: 'cgroupfs', failCgroupV1: false });
    expect(valueOf(world, ownApiServer)).toEqual({ ready: true, version: topology.version, detail: 'ok' });
  });

  it('healthy etcd members, one of them the leader', () => {
    expect(valueOf(world, etcdMembers)).toHaveLength(topology.controlPlanes);
    expect(valueOf(world, etcdHealth).map(({ healthy }) => healthy)).toEqual(Array(topology.controlPlanes).fill(true));
    const status = valueOf(world, etcdStatus);
    expect(status.filter(({ leader }) => leader)).toHaveLength(1);
    expect(new Set(status.map(({ raftIndex }) => raftIndex)).size).toBe(1);
    expect(valueOf(world, etcdAlarms)).toEqual([]);
  });
});

/** Names, addresses and numbers that differ from one cluster to the next. */
const settled = (text: string): string =>
  text
    .replaceAll(/\b(?:172\.3[01]\.\d+\.\d+)\b/g, 'ADDRESS')
    .replaceAll(/\b(?:hand|next|paris|oslo)\b/g, 'CLUSTER')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g, 'ID')
    .replaceAll(/\b10\.1\d\d\.0\.0/g, '10.244.0.0')
    .replaceAll(/(coredns|kube-proxy|web|api)-(?:[a-z0-9]{8,10}-)?[a-z0-9]{5}\b/g, '$1-X')
    .replaceAll(/(coredns)-[a-z0-9]{8,10}\b/g, '$1-X')
    .replaceAll(/\d{16,20}/g, 'BIG')
    .replaceAll(/("(?:revision|raft_term|dbSize|raftIndex|raftTerm|raftAppliedIndex|dbSizeInUse)"):\d+/g, '$1:N')
    .replaceAll(/"took":"[\d.]+ms"/g, '"took":"T"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d{13}\b/g, 'TIME');

const shapes: readonly { readonly fact: Fact<unknown>; readonly record: string }[] = [
  { fact: nodes, record: 'one-control-plane-1.36.3' },
  { fact: kubeadmConfig, record: 'one-control-plane-1.36.3' },
  { fact: kubeletConfig, record: 'one-control-plane-1.36.3' },
  { fact: nodeLeases, record: 'one-control-plane-1.36.3' },
  { fact: etcdMembers, record: 'one-control-plane-1.36.3' },
  { fact: etcdHealth, record: 'one-control-plane-1.36.3' },
  { fact: etcdStatus, record: 'one-control-plane-1.36.3' },
  { fact: etcdAlarms, record: 'one-control-plane-1.36.3' },
];

const system = (text: string) =>
  settled(text)
    .split('\n')
    .filter((line) => line.startsWith('["kube-system"'));

const recordOf = (id: string, name: string) => {
  const found = recorded(id).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${id}: no ${name}`);
  return found.output;
};

describe('byte for byte, but for names and numbers, as recorded on the lab', () => {
  const world = smallWorld({ controlPlanes: 1, workers: 1, version: '1.36.3', workloads: [] });

  it.each(shapes)('$fact.id', ({ fact, record }) => {
    const { stdout, stderr, code } = answer(world, fact);
    const wanted = recordOf(fact.id, record);
    expect({ stdout: settled(stdout), stderr, code }).toEqual({ ...wanted, stdout: settled(wanted.stdout) });
  });

  it('kube-system pods', () => {
    expect(system(answer(world, pods).stdout)).toEqual(system(recordOf('pods', 'one-control-plane-1.36.3').stdout));
  });

  it('the version', () => {
    const small = smallWorld();
    expect(answer(small, ownApiServer).stdout).toBe(recordOf('own-api-server', 'ready').stdout.replace(/\n$/, ''));
  });
});

describe('an etcd member in trouble', () => {
  it('raises an alarm that every member tells', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const [member] = world.etcd.members;
    if (member !== undefined) member.alarm = 'NOSPACE';
    expect(ask(world, etcdHealth)).toEqual({
      value: Array(3).fill(expect.objectContaining({ healthy: false, error: 'Active Alarm(s): NOSPACE ' })),
    });
  });

  it('is down: health says so after five seconds, and the others serve', () => {
    const world = smallWorld({ controlPlanes: 3 });
    hostOf(world, 'paris-cp2').services.components.stop('etcd', { kind: 'fault', fault: 'etcd-member-down' });
    const { code, ms, stderr } = answer(world, etcdHealth);
    expect({ code, slow: ms >= 5000 }).toEqual({ code: 1, slow: true });
    expect(stderr).toMatch(/\nError: unhealthy cluster\n$/);
    expect(valueOf(world, etcdHealth).filter(({ healthy }) => !healthy)).toEqual([
      expect.objectContaining({ endpoint: 'https://172.31.0.12:2379', error: 'context deadline exceeded' }),
    ]);
    expect(valueOf(world, etcdStatus)).toHaveLength(2);
  });

  it('is the leader and goes: another one leads, in a new term', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const before = world.etcd.term;
    hostOf(world, world.etcd.leader ?? '').services.components.stop('etcd', { kind: 'cluster' });
    expect(world.etcd.leader).toBe('paris-cp2');
    expect(world.etcd.term).toBe(before + 1);
  });

  it('leaves no quorum when two of three are gone, and the API with it', () => {
    const world = smallWorld({ controlPlanes: 3 });
    for (const name of ['paris-cp2', 'paris-cp3'])
      hostOf(world, name).services.components.stop('etcd', { kind: 'cluster' });
    expect(world.etcd.hasQuorum()).toBe(false);
    expect(ask(world, nodes)).toEqual({ unavailable: 'Unable to connect to the server: context deadline exceeded' });
    pass(world, 1000);
    expect(world.apiServer('paris-cp1')).toMatchObject({ serving: false, why: 'no-etcd' });
  });
});
