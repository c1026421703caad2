import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { obstaclesOf } from '../../src/cli/obstacles.ts';
import { imageAnswers } from '../../src/facts/image-answers.ts';
import { offeredPackages } from '../../src/facts/offered-packages.ts';
import { allSteps } from '../../src/model/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { makeCluster } from '../run/scripted.ts';
import { offersOf, old, target } from '../steps/values.ts';
import type { World } from '../../src/plan/world.ts';
import { know, subjectOf, worldAt } from './world.ts';

const file = join(import.meta.dirname, '../../playbooks/upgrade.yaml');
const cluster = makeCluster('paris-cp1', 'paris-w1');
const names = cluster.nodes.map(({ name }) => name);

const bound = bindPlaybook(loadPlaybook(readFileSync(file, 'utf8'), file), {
  cluster,
  selection: { nodes: names },
  settings: {
    version: target,
    run: 'r1',
    lockSeconds: 300,
    drainTimeoutMs: 600_000,
    deleteEmptyDirData: false,
    nodeNames: names,
    controlPlaneNames: ['paris-cp1'],
    workerNames: ['paris-w1'],
    maxUnavailable: 1,
  },
});

const planOf = (world: World) =>
  buildPlan({
    cluster: 'paris',
    playbook: 'upgrade',
    parameters: { version: target },
    before: [],
    notices: [],
    createdAt: 0,
    bound,
    world,
  });

it('a version that the repository of one node lacks is an obstacle there, and not to every step behind it', () => {
  const world = worldAt(cluster, old);
  const [controlPlane] = cluster.nodes;
  const image = `registry.k8s.io/kube-apiserver:v${target}`;
  const answers = [{ address: 'https://registry.k8s.io', status: 404, trouble: '' }];
  if (controlPlane !== undefined) {
    const on = subjectOf(controlPlane);
    know(world, on, offeredPackages('1.36'), offersOf('1.36.0'));
    know(world, on, imageAnswers(target, 'control-plane'), { images: [{ image, present: false, answers }] });
  }
  const plan = planOf(world);
  const blocked = allSteps(plan).filter(({ verdict, step }) => verdict.kind === 'blocked' && step !== 'snapshot-etcd');
  expect(blocked.map(({ step, node }) => `${node} ${step}`)).toEqual([
    'paris-cp1 target-packages',
    'paris-cp1 image-registry',
    'paris-cp1 install-packages',
    'paris-cp1 install-packages',
  ]);
  expect(obstaclesOf(plan).map(({ node, message }) => `${node} ${message}`)).toEqual([
    `paris-cp1 blocked: the repository of v1.36 does not offer kubeadm, kubelet, kubectl ${target} (it has 1.36.0)`,
  ]);
});

it('a way back that nobody offers is one trouble, and not two', () => {
  const world = worldAt(cluster, '1.37.0');
  for (const node of cluster.nodes)
    know(world, subjectOf(node), offeredPackages('1.36'), { ...offersOf('1.36.0'), problem: 'E: no Release file' });
  expect(obstaclesOf(planOf(world)).map(({ message }) => message)).toEqual([
    `blocked: paris is on 1.37.0: ${target} would be a way back`,
  ]);
});
