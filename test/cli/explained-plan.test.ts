import { describe, expect, it } from 'vitest';
import { explainedPlan } from '../../src/cli/explained-plan.ts';
import { parseSavedPlan } from '../../src/cli/plan-file.ts';
import { foldPlan } from '../../src/plan/build-plan.ts';
import { savedCluster } from '../../src/plan/saved-plan.ts';
import { explainedText } from '../../src/report/explained-text.ts';
import { boundFor, playbook, withoutSnapshot } from '../plan/upgrade.ts';
import { worldAt } from '../plan/world.ts';
import { makeCluster } from '../run/scripted.ts';
import { told } from './fake-parts.ts';

const cluster = makeCluster('paris-cp1', 'paris-w1');
const parameters = { version: '1.36.3' };
const nodes = ['paris-cp1', 'paris-w1'];
const savedAt = (version: string) =>
  savedCluster(
    {
      cluster,
      nodes,
      playbook,
      parameters,
      run: 'r1',
      ...foldPlan({
        cluster: 'paris',
        playbook: 'upgrade',
        parameters,
        before: [],
        notices: [],
        createdAt: Date.parse('2026-11-23T06:00:00Z'),
        bound: boundFor(cluster),
        world: withoutSnapshot(worldAt(cluster, version)),
      }),
    },
    'ab',
  );
const fileOf = (version: string): string =>
  JSON.stringify({
    kind: 'nodeops-plan',
    format: 1,
    nodeops: '0.1.0',
    createdAt: 1,
    salt: 'ab',
    clusters: [savedAt(version)],
  });
const explained = explainedPlan(savedAt('1.35.4'));
const turn = (node: string, step: string) =>
  explained.phases.find(({ where, steps }) => where.startsWith(node) && steps.some((each) => each.step === step));

describe('a saved plan, explained', () => {
  it('goes node by node, with what is to change there', () => {
    expect(explained.description).toBe('as it was planned at 2026-11-23 06:00 UTC');
    expect(turn('paris-cp1', 'apply-upgrade')?.steps.find(({ step }) => step === 'apply-upgrade')).toMatchObject({
      type: ['kubeadm upgrade apply v1.36.3'],
      changes: expect.arrayContaining([expect.stringContaining('1.35.4')]),
    });
    expect(turn('paris-w1', 'drain-node')?.steps.find(({ step }) => step === 'drain-node')?.type[0]).toMatch(
      /^kubectl drain paris-w1 /,
    );
  });

  it('numbers what is left to do, and gives each reason once', () => {
    const steps = explained.phases.flatMap((phase) => phase.steps);
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_step, index) => index + 1));
    for (const { step, as } of steps) {
      const first = steps.find((each) => each.step === step);
      expect(as === undefined ? first?.number : as).toBe(first?.number);
    }
    expect(explained.courses.map(({ step }) => step)).toContain('apply-upgrade');
  });

  it('writes the version that is gone to', () => {
    const [other] = parseSavedPlan(fileOf('1.35.4').replaceAll('1.36.3', '1.36.1'), 'p').clusters;
    if (other === undefined) throw new Error('expected a plan');
    const text = explainedText(explainedPlan(other), (_style, words) => words);
    expect(text).toContain('$ kubeadm upgrade apply v1.36.1');
    expect(text).not.toContain('$ kubeadm upgrade apply v1.36.3');
    expect(text).toContain('→ ');
  });

  it('is what --plan shows, and connects to nothing', async () => {
    const file = fileOf('1.35.4');
    const { code, stdout, transports } = await told(['explain', '--plan', 'p.plan', '--output', 'json'], {
      files: { '/fleet/p.plan': file },
    });
    expect([code, transports]).toEqual([0, []]);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(explained)));
  });
});
