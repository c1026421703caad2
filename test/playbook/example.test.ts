import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { obstaclesOf } from '../../src/cli/obstacles.ts';
import { operatingSystem } from '../../src/facts/operating-system.ts';
import { allSteps, type Plan } from '../../src/model/plan.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { foldStep } from '../../src/plan/fold.ts';
import type { World } from '../../src/plan/world.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadWholePlaybook } from '../../src/playbook/load.ts';
import { stepsOfPhases } from '../../src/steps/bound.ts';
import { know, knowNot, subjectOf, worldAt } from '../plan/world.ts';
import { makeCluster } from '../run/scripted.ts';
import { old } from '../steps/values.ts';

const root = join(import.meta.dirname, '../..');
const file = join(root, 'playbooks/examples/keepalive/keepalive.yaml');
const text = readFileSync(file, 'utf8');
const playbook = loadWholePlaybook(text, file, (name) => readFileSync(join(dirname(file), name), 'utf8'));
const cluster = makeCluster('paris-cp1', 'paris-w1', 'paris-w2');
const names = cluster.nodes.map(({ name }) => name);

const bound = (parameters: { readonly restart: boolean }) =>
  bindPlaybook(playbook, {
    cluster,
    selection: { nodes: names },
    settings: {
      ...parameters,
      parameters,
      run: 'r1',
      drainTimeoutMs: 600_000,
      deleteEmptyDirData: false,
      nodeNames: names,
      controlPlaneNames: ['paris-cp1'],
      workerNames: ['paris-w1', 'paris-w2'],
      maxUnavailable: 1,
    },
  });

/** A cluster on which nothing of it was done yet. */
const untouched = (phases: ReturnType<typeof bound>): World => {
  const world = worldAt(cluster, old);
  for (const { on, facts } of stepsOfPhases(phases))
    for (const fact of Object.values(facts)) {
      const value = {
        'placed-file': { kind: 'absent' },
        'own-check': { kind: 'not-passed', code: 1, said: '' },
        'manifest-difference': { differs: true, text: '+data:\n' },
      }[fact.id];
      if (value !== undefined) know(world, on, fact, value);
    }
  return world;
};

const planOf = (phases: ReturnType<typeof bound>, world: World): Plan =>
  buildPlan({
    cluster: 'paris',
    playbook: playbook.name,
    parameters: {},
    before: [],
    notices: [],
    createdAt: 0,
    bound: phases,
    world,
  });
const needed = (plan: Plan) =>
  allSteps(plan).flatMap(({ address, verdict }) => (verdict.kind === 'needed' ? [address] : []));

const settings = names.flatMap((name) => [`kernel-settings/${name}/copy-file`, `kernel-settings/${name}/run-command`]);

describe('the worked example', () => {
  it('does what the page says, and drains nobody unless that was asked for', () => {
    const phases = bound({ restart: false });
    const plan = planOf(phases, untouched(phases));
    expect(needed(plan)).toEqual([...settings, 'objects/apply-manifest']);
    expect(obstaclesOf(plan)).toEqual([]);
  });

  it('restarts containerd on drained workers where it was', () => {
    const phases = bound({ restart: true });
    const restarts = ['paris-w1', 'paris-w2'].flatMap((name) =>
      ['drain-node', 'run-command', 'uncordon-node'].map((step) => `containerd/${name}/${step}`),
    );
    expect(needed(planOf(phases, untouched(phases)))).toEqual([...settings, ...restarts, 'objects/apply-manifest']);
  });

  it('a second run has nothing to do', () => {
    const phases = bound({ restart: true });
    const world = untouched(phases);
    for (const step of stepsOfPhases(phases)) foldStep(world, step);
    expect(needed(planOf(phases, world))).toEqual([]);
  });

  it('leaves a node alone whose system it is not for, and stops where it cannot tell', () => {
    const phases = bound({ restart: false });
    const world = untouched(phases);
    const [controlPlane, first] = cluster.nodes;
    if (controlPlane === undefined || first === undefined) throw new Error('the cluster has nodes');
    know(world, subjectOf(first), operatingSystem, { id: 'alpine', idLike: [], versionId: '3', name: 'Alpine' });
    knowNot(world, subjectOf(controlPlane), operatingSystem, { kind: 'absent' });
    const plan = planOf(phases, world);
    expect(needed(plan)).toEqual([...settings.slice(4), 'objects/apply-manifest']);
    const stopped = allSteps(plan).flatMap(({ address, verdict }) =>
      verdict.kind === 'blocked' && verdict.because.startsWith('cannot tell') ? [`${address}: ${verdict.because}`] : [],
    );
    const why =
      'cannot tell whether `when: node.os.id in ["debian", "ubuntu"]` holds here: the node has nothing that would say node.os.id';
    expect(stopped).toEqual(settings.slice(0, 2).map((address) => `${address}: ${why}`));
  });

  it('is told in whole on its page', () => {
    const page = readFileSync(join(root, 'docs/writing-a-playbook.md'), 'utf8');
    const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, block = '']) => block);
    expect(blocks).toContain(text);
  });
});
