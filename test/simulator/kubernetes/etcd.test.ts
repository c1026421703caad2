import { describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../src/commands/etcd-snapshot.ts';
import { compact, defragment, disarmAlarms, historyBefore, moveLeader } from '../../../src/commands/etcdctl.ts';
import { etcdAlarms } from '../../../src/facts/etcd-alarms.ts';
import { etcdHealth } from '../../../src/facts/etcd-health.ts';
import { etcdMembers } from '../../../src/facts/etcd-members.ts';
import { etcdQuota } from '../../../src/facts/etcd-quota.ts';
import { etcdStatus } from '../../../src/facts/etcd-status.ts';
import type { Fact } from '../../../src/facts/fact.ts';
import type { Command } from '../../../src/model/command.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { recorded } from '../../facts/recorded.ts';
import { answer, ask, toolbox, valueOf } from './ask.ts';
import { hostOf, ours, run, smallWorld, type Ran } from './run-tool.ts';

const fault = { kind: 'fault', fault: 'test' } as const;
const etcdFacts: readonly Fact<unknown>[] = [etcdMembers, etcdHealth, etcdStatus, etcdAlarms];

const stop = (world: World, node: string, name: 'etcd' | 'kube-apiserver'): void =>
  hostOf(world, node).services.components.stop(name, fault);

const memberOf = (world: World, node: string) => {
  const found = world.etcd.members.find(({ host }) => host === node);
  if (found === undefined) throw new Error(`no member on ${node}`);
  return found;
};

/** Without what differs between any two clusters and moments. */
const settled = (text: string): string =>
  text
    .replaceAll(/"ts":"[^"]*"/g, '"ts":"NOW"')
    .replaceAll(/etcd-endpoints:\/\/0x[0-9a-f]+/g, 'etcd-endpoints://0x0')
    // How the client words its wait depends on what the frozen or stopped process's socket does.
    .replaceAll(/"error":"rpc error: code = DeadlineExceeded[^}]*"/g, '"error":"late"');

const wantedOf = (fact: Fact<unknown>, name: string) => {
  const found = recorded(fact.id).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${fact.id}: no ${name}`);
  const { code, stdout, stderr } = found.output;
  return { code, stdout, stderr: settled(stderr) };
};

const typed = (world: World, { argv }: Command, node = 'paris-cp1'): Ran => run(hostOf(world, node), argv, { toolbox });

describe('etcd needs neither an API server nor a kubelet to answer', () => {
  it.each(etcdFacts)('$id', (fact) => {
    const world = smallWorld({ controlPlanes: 3 });
    stop(world, 'paris-cp1', 'kube-apiserver');
    hostOf(world, 'paris-cp1').services.kubelet.stop(ours);
    expect(ask(world, fact)).toHaveProperty('value');
  });
});

describe('etcd in trouble says what it said on the lab', () => {
  const cases: readonly (readonly [string, string, (world: World) => void])[] = [
    ['stopped-1.35.4', 'paris-cp1', (world) => stop(world, 'paris-cp1', 'etcd')],
    [
      'no-quorum-1.35.4',
      'paris-cp1',
      (world) => ['paris-cp2', 'paris-cp3'].forEach((node) => stop(world, node, 'etcd')),
    ],
    ['learner-itself', 'paris-cp3', (world) => (memberOf(world, 'paris-cp3').learner = true)],
    ['no-etcd-on-this-node', 'paris-w1', () => undefined],
  ];

  describe.each(cases)('%s', (name, on, breaks) => {
    it.each(etcdFacts)('$id', (fact) => {
      const world = smallWorld({ controlPlanes: 3 });
      breaks(world);
      const { stdout, stderr, code } = answer(world, fact, on);
      expect({ code, stdout, stderr: settled(stderr) }).toEqual(wantedOf(fact, name));
    });
  });

  it('a learner is told by the others', () => {
    const world = smallWorld({ controlPlanes: 3 });
    memberOf(world, 'paris-cp3').learner = true;
    expect(valueOf(world, etcdMembers).filter(({ learner }) => learner)).toHaveLength(1);
    expect(valueOf(world, etcdHealth).flatMap(({ error }) => error ?? [])).toEqual([
      'etcdserver: rpc not supported for learner',
    ]);
  });

  it('a leader that becomes a learner leads no more', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const leader = world.etcd.leader ?? '';
    memberOf(world, leader).learner = true;
    expect(world.etcd.members.map(({ host }) => host).filter((host) => host !== leader)).toContain(world.etcd.leader);
  });

  it('has the default quota', () => {
    expect(valueOf(smallWorld(), etcdQuota)).toEqual({ bytes: 2_147_483_648 });
  });

  it('does not run on the host itself: its programs are those of its image', () => {
    expect(run(hostOf(smallWorld(), 'paris-cp1'), ['sh', '-c', 'etcdctl version'], { toolbox })).toMatchObject({
      code: 127,
    });
  });
});

describe('what is done to etcd', () => {
  it('a defragmentation gives back what is loose, on that member only', () => {
    const world = smallWorld({ controlPlanes: 3 });
    for (const member of world.etcd.members) member.looseBytes = 50_000_000;
    const { code, stdout } = typed(world, defragment, 'paris-cp2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Finished defragmenting etcd member\[https:\/\/127\.0\.0\.1:2379\]\. took \d+\.\d+ms\n$/);
    const loose = valueOf(world, etcdStatus).map(({ dbSizeBytes, dbInUseBytes }) => dbSizeBytes - dbInUseBytes);
    expect(loose.toSorted((a, b) => a - b)).toEqual([0, 50_000_000, 50_000_000]);
  });

  it('a compaction takes history away, and does no harm where that was done before', () => {
    const world = smallWorld();
    const revision = world.objects.revision;
    expect(typed(world, historyBefore(10)).stdout).toBe('kept\n');
    expect(typed(world, compact(revision))).toMatchObject({ code: 0, stdout: `compacted revision ${revision}\n` });
    expect(typed(world, historyBefore(10)).stdout).toBe('gone\n');
    expect(typed(world, compact(revision)).code).toBe(0);
    expect(typed(world, compact(revision + 100_000))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Error: etcdserver: mvcc: required revision is a future revision\n'),
    });
  });

  it('leadership is handed over by the member that has it, and by no other', () => {
    const world = smallWorld({ controlPlanes: 3 });
    const hex = (node: string): string => BigInt(memberOf(world, node).id).toString(16);
    expect(typed(world, moveLeader(hex('paris-cp1')), 'paris-cp2')).toMatchObject({
      code: 128,
      stderr: 'Error: no leader endpoint given at [https://127.0.0.1:2379]\n',
    });
    expect(typed(world, moveLeader('1234abcd'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Error: etcdserver: bad leader transferee\n'),
    });
    expect(typed(world, moveLeader(hex('paris-cp3')))).toMatchObject({
      code: 0,
      stdout: `Leadership transferred from ${hex('paris-cp1')} to ${hex('paris-cp3')}\n`,
    });
    expect(valueOf(world, etcdStatus).find(({ leader }) => leader)?.memberId).toBe(memberOf(world, 'paris-cp3').id);
    stop(world, 'paris-cp1', 'etcd');
    expect(typed(world, moveLeader(hex('paris-cp1')), 'paris-cp3')).toMatchObject({
      code: 1,
      stderr: 'Error: etcdserver: request timed out, leader transfer took too long\n',
    });
  });

  it('alarms are disarmed for all members', () => {
    const world = smallWorld({ controlPlanes: 3 });
    memberOf(world, 'paris-cp2').alarm = 'NOSPACE';
    expect(typed(world, disarmAlarms)).toMatchObject({
      code: 0,
      stdout: `memberID:${memberOf(world, 'paris-cp2').id} alarm:NOSPACE \n`,
    });
    expect(valueOf(world, etcdAlarms)).toEqual([]);
  });

  it('a snapshot is saved where the node wants it, whatever else is stopped', () => {
    const world = smallWorld();
    stop(world, 'paris-cp1', 'kube-apiserver');
    hostOf(world, 'paris-cp1').services.kubelet.stop(ours);
    const { code, stdout } = typed(world, takeSnapshot('/var/lib/nodeops/r1/etcd-before'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n\{"hash":\d+,"revision":\d+,"totalKey":\d+,"totalSize":\d+,"version":"3\.6\.0"\}\n$/);
    const { files } = hostOf(world, 'paris-cp1');
    expect(files.list('/var/lib/nodeops/r1').toSorted()).toEqual(['etcd-before.db', 'etcd-before.json']);
    expect(files.list('/var/lib/etcd').filter((name) => name.endsWith('.db'))).toEqual([]);
  });
});
