import { describe, expect, it } from 'vitest';
import { detailLevels, fullDetail } from '../../../src/adapters/terminal/detail.ts';
import type { Detail } from '../../../src/adapters/terminal/detail.ts';
import { follow } from '../../../src/adapters/terminal/follow.ts';
import { clusterText, laneText, phaseText, stepText } from '../../../src/adapters/terminal/lines.ts';
import { clusterProgress } from '../../../src/adapters/terminal/progress.ts';
import type { ClusterProgress } from '../../../src/adapters/terminal/progress.ts';
import { formatDuration } from '../../../src/report/duration.ts';
import { noPaint } from '../../../src/report/paint.ts';
import { runEvents, upgradePlan } from '../../report/fixtures.ts';

/** The cluster at the moment when `address` last said something. */
const at = (address: string): { cluster: ClusterProgress; now: number } => {
  const cluster = clusterProgress(upgradePlan());
  const events = runEvents(upgradePlan());
  const last = events.findLastIndex((event) => event.type === 'command-output' && event.address === address);
  for (const event of events.slice(0, last + 1)) follow(cluster, event);
  return { cluster, now: events[last]?.at ?? 0 };
};

const tree = ({ cluster, now }: ReturnType<typeof at>, detail: Detail, typical = {}): string => {
  const view = { look: { paint: noPaint, duration: formatDuration }, now, detail, typical };
  const texts = [
    clusterText(cluster, view),
    ...cluster.phases.flatMap((phase) => [
      phaseText(phase, cluster, view),
      ...phase.lanes.flatMap((lane) => [
        laneText(lane, phase, view),
        ...lane.steps.map((step) => stepText(step, lane, view)),
      ]),
    ]),
  ];
  return texts.filter((text) => text !== '').join('\n');
};

const second = at('workers/paris-w2/drain-node');

describe('lines of the tree', () => {
  it.each(detailLevels.map((detail, level) => ({ level, detail })))('at detail $level', ({ level, detail }) => {
    expect(tree(second, detail)).toMatchSnapshot(`level ${level}`);
  });

  it('each level is no longer than the one before', () => {
    const heights = detailLevels.map((detail) => tree(second, detail).split('\n').length);
    expect(heights).toEqual(heights.toSorted((a, b) => b - a));
    expect(heights.at(-1)).toBe(2);
  });
});

describe('the estimate', () => {
  it('is left out as long as some step has no like', () => {
    expect(tree(at('first control plane/paris-cp1/apply-upgrade'), fullDetail)).not.toContain('left');
    expect(tree(at('first control plane/paris-cp1/drain-node'), fullDetail)).not.toContain('left');
  });

  it('comes from what this run measured, or from what is typical', () => {
    expect(tree(second, fullDetail)).toContain('less than a minute left');
    const typical = {
      'install-kubelet': 3e3,
      'restart-kubelet': 6e3,
      'verify-node': 1e3,
      'uncordon-node': 1e3,
      'upgrade-node': 1e3,
      'drain-node': 38e3,
    };
    expect(tree(at('first control plane/paris-cp1/drain-node'), fullDetail, typical)).toContain('about 3 min left');
  });
});
