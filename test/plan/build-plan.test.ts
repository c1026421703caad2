import { describe, expect, it } from 'vitest';
import { kubeletVersions } from '../../src/facts/kubelet-versions.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { packages } from '../../src/facts/packages.ts';
import { recordedCommands } from '../../src/facts/recorded-commands.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import {
  allSteps,
  stepsOf,
  type Plan,
  type PlannedBracket,
  type PlannedItem,
  type PlannedStep,
} from '../../src/model/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { World } from '../../src/plan/world.ts';
import { planText } from '../../src/report/plan-text.ts';
import { stepsOfPhases } from '../../src/steps/bound.ts';
import { makeCluster } from '../run/scripted.ts';
import { nodeObject, old, packagesOf, target } from '../steps/values.ts';
import { boundFor, withoutSnapshot } from './upgrade.ts';
import { know, knowNot, nodeAt, subjectOf, worldAt } from './world.ts';

const small = makeCluster('paris-cp1', 'paris-w1', 'paris-w2');
const large = makeCluster('paris-cp1', 'paris-cp2', 'paris-cp3', 'paris-w1', 'paris-w2');

const planOf = (cluster: Cluster, world: World): Plan =>
  buildPlan({
    cluster: 'paris',
    playbook: 'upgrade',
    parameters: { version: target },
    before: cluster.nodes.map(({ name, role }) => ({ node: name, role, version: old })),
    notices: [],
    createdAt: 0,
    bound: boundFor(cluster),
    world,
  });
const planned = (cluster: Cluster, change: (world: World) => void = () => undefined, version = old): Plan => {
  const world = withoutSnapshot(worldAt(cluster, version));
  change(world);
  return planOf(cluster, world);
};

const lane = (plan: Plan, phase: string, node: string): readonly PlannedItem[] =>
  plan.phases.find(({ name }) => name === phase)?.lanes.find((each) => each.node === node)?.items ?? [];
const drained = (items: readonly PlannedItem[]): PlannedBracket | undefined =>
  items
    .flatMap((item) => (item.kind === 'bracket' ? [item, ...item.body] : []))
    .find((item): item is PlannedBracket => item.kind === 'bracket' && item.bracket === 'drained');
const verdicts = (steps: readonly PlannedStep[]): readonly string[] =>
  steps.map(({ address, verdict }) => `${address.split('/').at(-1)} ${verdict.kind}`);

describe('the plan of an upgrade', () => {
  it('of one control plane and two workers', async () => {
    await expect(planText(planned(small))).toMatchFileSnapshot('expected/one-and-two.txt');
  });

  it('of three control planes and two workers', async () => {
    await expect(planText(planned(large))).toMatchFileSnapshot('expected/three-and-two.txt');
  });

  it('is all satisfied the second time, and enters nothing', () => {
    for (const cluster of [small, large]) {
      const kinds = new Set(allSteps(planned(cluster, undefined, target)).map(({ verdict }) => verdict.kind));
      expect([...kinds]).toEqual(['satisfied']);
    }
  });

  it('leaves the world that it was given as it is', () => {
    const world = withoutSnapshot(worldAt(small, old));
    const seen = () =>
      stepsOfPhases(boundFor(small)).flatMap((step) =>
        Object.values(step.facts).map((fact) => world.get(step.on, fact)),
      );
    const before = structuredClone(seen());
    planOf(small, world);
    expect(seen()).toEqual(before);
  });

  it('says of each step the same as if those before it were done', () => {
    const text = planText(planned(small));
    expect(planText(planned(small))).toBe(text);
  });

  it('assumes what waits, once something before it changes, and judges it where nothing does', () => {
    const waiting = ['verify-node', 'verify-rollouts', 'verify-cluster'];
    const kinds = (plan: Plan) =>
      new Set(
        allSteps(plan)
          .filter(({ step }) => waiting.includes(step))
          .map(({ verdict }) => verdict.kind),
      );
    expect([...kinds(planned(small))]).toEqual(['assumed']);
    expect([...kinds(planned(small, undefined, target))]).toEqual(['satisfied']);
    const gates = planned(small).phases.filter(({ name }) => name.endsWith('gates'));
    const ofGates = gates.flatMap(({ lanes }) => lanes.flatMap(({ items }) => stepsOf(items)));
    expect(new Set(ofGates.map(({ verdict }) => verdict.kind))).toEqual(new Set(['satisfied']));
  });
});

const others = (plan: Plan) =>
  allSteps(plan).filter(({ node, verdict }) => node !== 'paris-w1' && node !== undefined && verdict.kind === 'needed');
const nodesWith = (world: World, change: object): void =>
  know(world, { kind: 'cluster', cluster: 'paris' }, nodes, [
    nodeObject('paris-cp1', { kubeletVersion: target }),
    nodeObject('paris-w1', { kubeletVersion: old, ...change }),
    nodeObject('paris-w2', { kubeletVersion: target }),
  ]);

describe('the plan of an upgrade that was broken off', () => {
  const w1 = small.nodes[1];
  if (w1 === undefined) throw new Error('no worker');
  /** The control plane and w2 are through; w1 is as `change` says. */
  const halfWay = (change: (world: World) => void) => {
    const plan = planned(
      small,
      (world) => {
        nodeAt(world, w1, old);
        change(world);
      },
      target,
    );
    return { plan, items: lane(plan, 'workers', 'paris-w1') };
  };
  it('does one worker that was left, and nothing else', () => {
    const { plan, items } = halfWay((world) => nodesWith(world, {}));
    expect(others(plan)).toEqual([]);
    expect(verdicts(stepsOf(items))).toEqual([
      'api-downtime satisfied',
      'keep-restore-point needed',
      'switch-package-repository needed',
      'install-packages needed',
      'upgrade-node needed',
      'drain-node needed',
      'install-packages-2 needed',
      'clean-kubelet-flags satisfied',
      'drain-node-2 satisfied',
      'restart-kubelet needed',
      'verify-node assumed',
      'uncordon-node needed',
    ]);
  });

  it('restarts a kubelet that was installed and not restarted, on a drained node', () => {
    const { items } = halfWay((world) => {
      nodesWith(world, {});
      know(world, subjectOf(w1), packages, packagesOf(target));
      know(world, subjectOf(w1), kubeletVersions, { installed: target, running: old });
      know(world, subjectOf(w1), recordedCommands, [
        {
          run: 'r1',
          unit: 'upgrade-node-ab-1-1',
          line: 'kubeadm upgrade node',
          exit: 0,
          running: false,
          version: target,
          startedAt: 1000,
        },
      ]);
    });
    expect(verdicts(stepsOf(items)).slice(5)).toEqual([
      'drain-node needed',
      'install-packages-2 satisfied',
      'clean-kubelet-flags satisfied',
      'drain-node-2 satisfied',
      'restart-kubelet needed',
      'verify-node assumed',
      'uncordon-node needed',
    ]);
  });

  it('gives back a node that a run left cordoned, though nothing inside is needed', () => {
    const { items } = halfWay((world) => {
      nodesWith(world, { unschedulable: true, cordonedBy: 'r0', kubeletVersion: target });
      nodeAt(world, w1, target);
    });
    expect(verdicts(stepsOf(items)).slice(5)).toEqual([
      'drain-node satisfied',
      'install-packages-2 satisfied',
      'clean-kubelet-flags satisfied',
      'drain-node-2 satisfied',
      'restart-kubelet satisfied',
      'verify-node satisfied',
      'uncordon-node needed',
    ]);
  });

  it('leaves a node cordoned that someone else cordoned', () => {
    const { items } = halfWay((world) => nodesWith(world, { unschedulable: true }));
    expect(drained(items)?.exit?.verdict).toEqual({ kind: 'satisfied' });
    expect(drained(items)?.enter.verdict).toMatchObject({
      kind: 'needed',
      changes: ['evict 1 pod: default/web-paris-w1'],
    });
  });

  it('does not promise anything of a bracket whose inside cannot be judged', () => {
    const { items } = halfWay((world) => {
      nodesWith(world, { kubeletVersion: target });
      nodeAt(world, w1, target);
      knowNot(world, subjectOf(w1), kubeletVersions, { kind: 'unavailable', why: 'w1 does not answer' });
    });
    expect(drained(items)?.enter.verdict.kind).toBe('assumed');
  });
});
