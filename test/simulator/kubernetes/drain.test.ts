import { describe, expect, it } from 'vitest';
import { listOf } from '../../../src/simulator/cluster/objects.ts';
import { ignoresTermination } from '../../../src/simulator/cluster/pod-lifecycle.ts';
import type { Workload } from '../../../src/simulator/cluster/first-objects.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import { kubectl } from './ask.ts';
import { hostOf, ours, pass, run, smallWorld } from './run-tool.ts';

const drain = (workloads: readonly Workload[], ...flags: readonly string[]) => {
  const world = smallWorld({ workloads });
  const events: WorldEvent[] = [];
  world.listen((event) => void events.push(event));
  const argv = kubectl(world, 'drain', 'paris-w1', '--ignore-daemonsets', ...flags);
  const ran = run(
    hostOf(world, 'paris-cp1'),
    argv.filter((word) => !word.startsWith('--request')),
  );
  const left = listOf(world.objects, 'Pod')
    .filter(({ spec }) => spec.nodeName === 'paris-w1')
    .map(({ metadata }) => metadata.ownerReferences?.[0]?.kind);
  return { world, events, left, ...ran };
};

const web: Workload = { namespace: 'shop', name: 'web', kind: 'Deployment', replicas: 2 };

describe('kubectl drain', () => {
  it('empties the node of all but daemons, which come up elsewhere', () => {
    const { world, events, left, code, stdout, stderr } = drain([web], '--timeout=120s');
    expect(code).toBe(0);
    expect(left).toEqual(['DaemonSet']);
    expect(stdout).toMatch(
      /^node\/paris-w1 cordoned\nevicting pod shop\/web-\S+\npod\/web-\S+ evicted\nnode\/paris-w1 drained\n$/,
    );
    expect(stderr).toMatch(/^Warning: ignoring DaemonSet-managed Pods: kube-system\/kube-proxy-\S+\n$/);
    expect(events.filter(({ type }) => type === 'pod-gone')).toEqual([
      expect.objectContaining({ how: 'evicted', forced: false, emptyDirLost: false, actor: ours, node: 'paris-w1' }),
    ]);
    pass(world, 20_000);
    const pods = listOf(world.objects, 'Pod', 'shop');
    expect(pods.map(({ spec, status }) => [spec.nodeName, status.phase])).toEqual([
      ['paris-w2', 'Running'],
      ['paris-w2', 'Running'],
    ]);
  });

  it('asks a budget again each five seconds, until the pods elsewhere are ready', () => {
    const { code, stderr, ms } = drain([{ ...web, replicas: 4, budget: { minAvailable: 3 } }], '--timeout=120s');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /error when evicting pods\/"web-\S+" -n "shop" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\.\n/,
    );
    expect(ms).toBeGreaterThan(5000);
  });

  it('gives up at its time limit, where a budget never lets go', () => {
    const { code, ms, stderr, left } = drain([{ ...web, budget: { maxUnavailable: 0 } }], '--timeout=20s');
    expect(code).toBe(1);
    expect(ms).toBeGreaterThanOrEqual(20_000);
    expect(ms).toBeLessThan(21_000);
    expect(stderr).toMatch(/error when evicting pods\/"web-\S+" -n "shop": global timeout reached: 20s/);
    expect(new Set(left)).toEqual(new Set(['DaemonSet', 'ReplicaSet']));
  });

  it.each([
    { flags: ['--disable-eviction'], forced: false },
    { flags: ['--disable-eviction', '--grace-period=0'], forced: true },
  ])('deletes past a budget with $flags', ({ flags, forced }) => {
    const { code, events, left } = drain([{ ...web, budget: { maxUnavailable: 0 } }], '--timeout=60s', ...flags);
    expect({ code, left }).toEqual({ code: 0, left: ['DaemonSet'] });
    expect(events.filter(({ type }) => type === 'pod-gone')).toEqual([
      expect.objectContaining({ how: 'deleted', forced, budgetBroken: 'web' }),
    ]);
  });

  it('waits out the grace of a pod that does not end, and the object that a finalizer holds', () => {
    const stubborn: Workload = { ...web, annotations: { [ignoresTermination]: '' }, graceSeconds: 25 };
    const { code, ms } = drain([stubborn], '--timeout=120s');
    expect({ code, long: ms > 25_000 && ms < 28_000 }).toEqual({ code: 0, long: true });
  });

  it.each([
    {
      name: 'local data',
      workload: { ...web, emptyDir: true },
      says: 'cannot delete Pods with local storage (use --delete-emptydir-data to override): shop/web-',
    },
  ])('refuses $name and leaves the node cordoned', ({ workload, says }) => {
    const { code, stderr, world, left } = drain([workload], '--timeout=20s');
    expect(code).toBe(1);
    expect(stderr).toContain(`error: unable to drain node "paris-w1" due to error: ${says}`);
    expect(world.objects.get('Node', undefined, 'paris-w1')).toMatchObject({ spec: { unschedulable: true } });
    expect(left).toContain('ReplicaSet');
  });

  it('tells of the data that goes where it was allowed', () => {
    const { code, events } = drain([{ ...web, emptyDir: true }], '--delete-emptydir-data', '--timeout=60s');
    expect(code).toBe(0);
    expect(events.find(({ type }) => type === 'pod-gone')).toMatchObject({ emptyDirLost: true });
  });

  it('leaves everything as it is in a dry run', () => {
    const { code, world, events } = drain([web], '--dry-run=server', '--timeout=20s');
    expect(code).toBe(0);
    expect(world.objects.get('Node', undefined, 'paris-w1')).not.toMatchObject({ spec: { unschedulable: true } });
    expect(events.filter(({ type }) => type !== 'object-changed')).toEqual([]);
  });
});

describe('kubectl cordon and uncordon', () => {
  it.each([
    { words: ['cordon'], says: ['node/paris-w1 cordoned\n'] },
    { words: ['cordon', 'cordon'], says: ['node/paris-w1 cordoned\n', 'node/paris-w1 already cordoned\n'] },
    { words: ['uncordon'], says: ['node/paris-w1 already uncordoned\n'] },
    { words: ['cordon', 'uncordon'], says: ['node/paris-w1 cordoned\n', 'node/paris-w1 uncordoned\n'] },
  ])('$words', ({ words, says }) => {
    const world = smallWorld();
    expect(words.map((word) => run(hostOf(world, 'paris-cp1'), kubectl(world, word, 'paris-w1')).stdout)).toEqual(says);
  });
});
