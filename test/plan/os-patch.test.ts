import { describe, expect, it } from 'vitest';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { machineStart } from '../../src/facts/machine-start.ts';
import { nodeBoundPods } from '../../src/facts/node-bound-pods.ts';
import { listsRefreshed, nodeRestart } from '../../src/facts/node-marks.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { osUpdates, type OsUpdate } from '../../src/facts/os-updates.ts';
import { kubernetesPackages, packages } from '../../src/facts/packages.ts';
import { rebootRequired } from '../../src/facts/reboot-required.ts';
import { stepsOf, type Plan } from '../../src/model/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { World } from '../../src/plan/world.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject, old, packagesOf, target } from '../steps/values.ts';
import { boundFor, withoutSnapshot } from './upgrade.ts';
import { know, nodeAt, subjectOf, worldAt } from './world.ts';

const cluster = makeCluster('paris-cp1', 'paris-w1', 'paris-w2');
const openssl: OsUpdate = { name: 'openssl', from: '3.0.17', to: '3.0.18', origins: 'Debian:12/stable' };
const parameters = { osPatch: true, maintenance: 'm1' };

interface Host {
  readonly version: string;
  readonly updates: readonly OsUpdate[];
  readonly restart?: boolean;
}

const planOf = (hosts: Readonly<Record<string, Host>>, more: Readonly<Record<string, unknown>> = {}): Plan => {
  const world: World = withoutSnapshot(worldAt(cluster, target));
  for (const node of cluster.nodes) {
    const { version, updates, restart = false } = hosts[node.name] ?? { version: target, updates: [] };
    const on = subjectOf(node);
    nodeAt(world, node, version);
    know(world, on, packages, packagesOf(version));
    know(world, on, kubeletVersions, { installed: version, running: version });
    know(world, on, osUpdates({ kept: kubernetesPackages, securityOnly: false }), { updates, unfinished: 0 });
    know(world, on, rebootRequired, { required: restart, packages: restart ? ['linux-image-6.1.0-42'] : [] });
    know(world, on, nodeRestart('m1'), { kind: 'not-asked' });
    know(world, on, listsRefreshed('m1'), true);
    know(world, on, machineStart, 1000);
    know(world, on, nodeBoundPods(node.name), []);
  }
  know(
    world,
    { kind: 'cluster', cluster: 'paris' },
    nodes,
    cluster.nodes.map(({ name }) => nodeObject(name, { kubeletVersion: hosts[name]?.version ?? target })),
  );
  return buildPlan({
    cluster: 'paris',
    playbook: 'upgrade',
    parameters: {},
    before: [],
    notices: [],
    createdAt: 0,
    bound: boundFor(cluster, 'r1', { ...parameters, ...more, parameters: { ...parameters, ...more } }),
    world,
  });
};

const inHand = ['install-packages', 'restart-kubelet', 'upgrade-os-packages', 'reboot-node'];
/** What is done to a node, drains and what they are for, in their order. */
const done = (plan: Plan, node: string): readonly string[] =>
  plan.phases.flatMap(({ lanes }) =>
    lanes
      .filter((lane) => lane.node === node)
      .flatMap(({ items }) =>
        stepsOf(items).flatMap(({ step, verdict }) =>
          verdict.kind === 'needed' && [...inHand, 'drain-node', 'uncordon-node'].includes(step) ? [step] : [],
        ),
      ),
  );

describe('an upgrade that also patches hosts', () => {
  it('drains a node once, and gives it back once, for both', () => {
    const plan = planOf({ 'paris-w1': { version: old, updates: [openssl], restart: true } });
    expect(done(plan, 'paris-w1')).toEqual([
      'install-packages',
      'drain-node',
      'install-packages',
      'restart-kubelet',
      'upgrade-os-packages',
      'reboot-node',
      'uncordon-node',
    ]);
    expect(done(plan, 'paris-cp1')).toEqual([]);
    expect(done(plan, 'paris-w2')).toEqual([]);
  });

  it.each([
    ['packages only', { version: target, updates: [openssl] }, {}, ['upgrade-os-packages']],
    ['a restart only', { version: target, updates: [], restart: true }, {}, ['reboot-node']],
    ['a restart whatever is asked', { version: target, updates: [] }, { reboot: 'always' }, ['reboot-node']],
    [
      'packages, and no restart',
      { version: target, updates: [openssl], restart: true },
      { reboot: 'never' },
      ['upgrade-os-packages'],
    ],
  ])('a node that needs %s gets no more', (_what, host, more, expected) => {
    for (const name of ['paris-cp1', 'paris-w1'])
      expect(done(planOf({ 'paris-w1': { version: target, updates: [] }, [name]: host }, more), name)).toEqual([
        'drain-node',
        ...expected,
        'uncordon-node',
      ]);
  });

  it('a node that needs Kubernetes only is not restarted', () => {
    const plan = planOf({ 'paris-w1': { version: old, updates: [] } });
    expect(done(plan, 'paris-w1')).toEqual([
      'install-packages',
      'drain-node',
      'install-packages',
      'restart-kubelet',
      'uncordon-node',
    ]);
  });

  it('has nothing to do where neither is needed', () => {
    const plan = planOf({});
    expect(cluster.nodes.flatMap(({ name }) => done(plan, name))).toEqual([]);
  });
});
