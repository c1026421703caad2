import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeBoundPods } from '../../src/facts/node-bound-pods.ts';
import { runtimeConfiguration } from '../../src/facts/runtime-configuration.ts';
import { runtimeDaemon, type RuntimeDaemon } from '../../src/facts/runtime-daemon.ts';
import { runtimeDeprecations } from '../../src/facts/runtime-deprecations.ts';
import { runtimeMigration } from '../../src/facts/runtime-migration.ts';
import { fetchedRuntime, runtimeOffers } from '../../src/facts/runtime-offers.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { stepsOf, type Plan } from '../../src/model/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { makeCluster } from '../run/scripted.ts';
import { configurationOf, daemonOf, daemonThere, migrationOf, offers } from '../steps/runtime-values.ts';
import { nodeObject, target } from '../steps/values.ts';
import { know, subjectOf, worldAt } from './world.ts';

const file = join(import.meta.dirname, '../../playbooks/runtime-upgrade.yaml');
const playbook = loadPlaybook(readFileSync(file, 'utf8'), file);
const cluster = makeCluster('paris-cp1', 'paris-cp2', 'paris-cp3', 'paris-w1', 'paris-w2');
const begun = daemonThere({ kept: '1.6.20~ds1', running: '1.6.20~ds1' });

/** `daemons`: of nodes that are not there yet, or on their way. */
const planOf = (daemons: Readonly<Record<string, RuntimeDaemon>>, cordoned: readonly string[] = []): Plan => {
  const world = worldAt(cluster, target);
  for (const node of cluster.nodes) {
    const on = subjectOf(node);
    const daemon = daemons[node.name] ?? daemonThere();
    const there = daemon.package?.deb === daemonThere().package?.deb;
    know(world, on, runtimeDaemon, daemon);
    know(world, on, runtimeOffers, offers);
    know(world, on, fetchedRuntime, {});
    know(world, on, runtimeDeprecations, { told: false, warnings: [] });
    know(world, on, runtimeConfiguration, configurationOf(there && daemon.kept === undefined ? { version: 3 } : {}));
    know(world, on, runtimeMigration('2'), migrationOf());
    know(world, on, nodeBoundPods(node.name), []);
  }
  const seen = cluster.nodes.map(({ name }) =>
    nodeObject(name, {
      kubeletVersion: target,
      containerRuntime: 'containerd://2.1.5',
      ...(cordoned.includes(name) ? { unschedulable: true, cordonedBy: 'r0' } : {}),
    }),
  );
  know(world, { kind: 'cluster', cluster: 'paris' }, nodes, seen);
  const byRole = (role: string) => cluster.nodes.filter((node) => node.role === role).map(({ name }) => name);
  const names = cluster.nodes.map(({ name }) => name);
  const parameters = { runtime: '2' };
  return buildPlan({
    cluster: 'paris',
    playbook: 'runtime-upgrade',
    parameters,
    before: [],
    notices: [],
    createdAt: 0,
    bound: bindPlaybook(playbook, {
      cluster,
      selection: { nodes: names },
      settings: {
        ...parameters,
        parameters,
        run: 'r1',
        lockSeconds: 300,
        drainTimeoutMs: 600_000,
        deleteEmptyDirData: false,
        nodeNames: names,
        controlPlaneNames: byRole('control-plane'),
        workerNames: byRole('worker'),
        maxUnavailable: 1,
      },
    }),
    world,
  });
};

const ofInterest = /runtime$|drain-node|uncordon|migrate|move-etcd|verify-other|save-etcd/;
/** What is done to nodes, in the order in which it is. */
const done = (plan: Plan): readonly string[] =>
  plan.phases.flatMap(({ name, lanes }) =>
    lanes.flatMap(({ node, items }) =>
      stepsOf(items).flatMap(({ step, verdict }) =>
        verdict.kind === 'needed' && ofInterest.test(step)
          ? [`${name === 'packages' ? 'all' : (node ?? '')} ${step}`]
          : [],
      ),
    ),
  );

const onNode = (plan: Plan, node: string): readonly string[] =>
  done(plan).flatMap((line) => (line.startsWith(`${node} `) ? [line.slice(node.length + 1)] : []));

describe('the plan of a runtime upgrade', () => {
  it('takes workers first, and each node once, drained', () => {
    const plan = planOf(Object.fromEntries(cluster.nodes.map(({ name }) => [name, daemonOf()])));
    const order = done(plan).flatMap((line) => (line.endsWith(' install-runtime') ? [line.split(' ')[0]] : []));
    expect(order).toEqual(['paris-w1', 'paris-w2', 'paris-cp1', 'paris-cp2', 'paris-cp3']);
    expect(done(plan).filter((line) => line === 'all fetch-runtime')).toHaveLength(5);
    const expected = [
      'drain-node',
      'keep-runtime',
      'install-runtime',
      'migrate-runtime-configuration',
      'restart-runtime',
      'accept-runtime',
      'uncordon-node',
    ];
    for (const name of ['paris-w1', 'paris-cp2'])
      expect(onNode(plan, name).filter((step) => step !== 'move-etcd-leader' && step !== 'save-etcd')).toEqual(
        expected,
      );
  });

  it('goes on in the middle of a node, and keeps nothing anew', () => {
    expect(onNode(planOf({ 'paris-w1': begun }, ['paris-w1']), 'paris-w1')).toEqual([
      // Of pods that came meanwhile.
      'drain-node',
      'migrate-runtime-configuration',
      'restart-runtime',
      'accept-runtime',
      'uncordon-node',
    ]);
  });

  it('gives a node back whose end was not seen', () => {
    expect(onNode(planOf({}, ['paris-w1']), 'paris-w1')).toEqual(['uncordon-node']);
  });

  it('asks the package’s containerd until it is installed, and under the same key', () => {
    const { source, key } = runtimeMigration('2');
    if (source.kind !== 'following') throw new Error('it follows');
    const asked = (daemon: RuntimeDaemon): string => {
      const fact = source.ask([daemon, offers]);
      if (!('key' in fact) || fact.source.kind !== 'command') throw new Error('it asks');
      expect(fact.key).toBe(key);
      return fact.source.command({ node: 'paris-w1', apiServer: '' }).argv.join(' ');
    };
    expect(asked(daemonOf())).toContain('containerd=2.1.5-1');
    expect(asked(daemonThere())).not.toContain('apt-get');
    expect(source.ask([daemonOf(), {}])).toEqual({ absent: true });
  });

  it('does nothing the second time', () => expect(done(planOf({}))).toEqual([]));
});
