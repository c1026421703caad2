import { describe, expect, it } from 'vitest';
import { runPlan } from '../../src/run/run-plan.ts';
import type { BoundItem, BoundPhase, BoundStepItem } from '../../src/steps/bound.ts';
import { makeCluster, stage, type Script } from './scripted.ts';
import { onNode, work, workDone } from './work.ts';

const item = (node: string, what: string): BoundStepItem => ({
  kind: 'step',
  address: `${node}/${what}`,
  step: work(node, { what }),
});
const verified = (node: string): BoundStepItem => ({
  kind: 'step',
  address: `${node}/verify`,
  step: workDone.bind({}, onNode(node)),
});
/** As a worker goes: two steps, then a drained bracket with three more and an exit. */
const laneOf = (node: string): readonly BoundItem[] => [
  item(node, 'repository'),
  item(node, 'kubeadm'),
  {
    kind: 'bracket',
    bracket: 'drained',
    enter: item(node, 'drain'),
    body: [item(node, 'kubelet'), item(node, 'restart'), verified(node)],
    exit: item(node, 'uncordon'),
  },
];
const workers = (nodes: readonly string[], items = laneOf, parallel = 1): BoundPhase => ({
  name: 'workers',
  parallel,
  lanes: nodes.map((node) => ({ node, items: items(node) })),
});

/** Plays one phase; `states` says how far the work on a node is, done where it says nothing. */
const play = async (
  nodes: readonly string[],
  states: Readonly<Record<string, string>>,
  { phase = workers(nodes), stopping = false, ...script }: Script & { phase?: BoundPhase; stopping?: boolean } = {},
) => {
  const done = new Set<string>();
  let [trips, together, most] = [0, 0, 0];
  const here = stage(makeCluster('cp1', ...nodes), {
    ...script,
    connect: () => {
      trips += 1;
      together += 1;
      most = Math.max(most, together);
      queueMicrotask(() => (together -= 1));
    },
    facts: (node, key) => (key === 'work' ? { stdout: done.has(node) ? 'done' : (states[node] ?? 'done') } : undefined),
    commands: async (node, line, options) => {
      const reply = await script.commands?.(node, line, options);
      if (reply === undefined) done.add(node);
      return reply;
    },
  });
  const result = await runPlan({ ...here, run: 'r1', phases: [phase], again: 'again', stopping: () => stopping });
  const sent = here.log.filter((line) => line.startsWith('sent'));
  const finished = here.events.flatMap((event) =>
    event.type === 'step-finished' ? [`${event.address} ${event.outcome} ${event.durationMs}`] : [],
  );
  return { result, sent, finished, trips, most, events: here.events };
};

const many = Array.from({ length: 500 }, (_, index) => `w${index}`);

describe('lanes in which all is satisfied', () => {
  it('are passed over with one look at all nodes at once', async () => {
    const { result, trips, most, sent, finished } = await play(many, {});
    expect([result.outcome, trips, sent]).toEqual(['done', many.length, []]);
    expect(most).toBeGreaterThan(1);
    expect(finished).toHaveLength(many.length * 7);
  });

  it('of 500 workers one is left: the run comes straight to it', async () => {
    const all = await play(many, {});
    const { result, trips, sent } = await play(many, { w250: 'old' });
    expect([result.outcome, sent]).toEqual(['done', ['sent w250: do repository']]);
    // What the one node takes by itself, and nothing for the others.
    const alone = await play(['w250'], { w250: 'old' });
    expect(trips - all.trips).toBe(alone.trips - 1);
    expect(trips).toBeLessThan(many.length + 15);
  });

  it('are told of in order, each step once, before what is begun', async () => {
    const { events, finished } = await play(['w1', 'w2'], { w1: 'old' });
    expect(finished.slice(0, 7)).toEqual([
      'w2/repository satisfied 0',
      'w2/kubeadm satisfied 0',
      'w2/drain skipped 0',
      'w2/kubelet satisfied 0',
      'w2/restart satisfied 0',
      'w2/verify satisfied 0',
      'w2/uncordon satisfied 0',
    ]);
    expect(finished).toHaveLength(14);
    expect(events.map(({ type }) => type).slice(0, 9)).toEqual([
      'phase-started',
      ...Array.from({ length: 7 }, () => 'step-finished'),
      'step-started',
    ]);
  });
});

describe('a lane is not passed over', () => {
  const two = (first: BoundItem, second: BoundItem) => (node: string) =>
    node === 'w1' ? [first, second] : [item(node, 'a'), item(node, 'b')];

  it.each([
    ['a step is needed', 'old', two(item('w1', 'a'), item('w1', 'b')), 'done'],
    ['a step is blocked', 'stuck', two(item('w1', 'a'), item('w1', 'b')), 'blocked'],
    ['a step waits', 'waiting', two(item('w1', 'a'), item('w1', 'b')), 'blocked'],
    ['what it looks at cannot be understood', '?', two(item('w1', 'a'), item('w1', 'b')), 'blocked'],
    ['the node does not answer', '', two(item('w1', 'a'), item('w1', 'b')), 'blocked'],
    ['an assertion does not hold', 'waiting', two(verified('w1'), verified('w1')), 'blocked'],
  ])('where %s', async (_what, state, items, outcome) => {
    const { result, events } = await play(['w1', 'w2'], { w1: state }, { phase: workers(['w1', 'w2'], items) });
    expect(result.outcome).toBe(outcome);
    const started = events.flatMap((event) => (event.type === 'step-started' ? [event.node] : []));
    expect(new Set(started)).toEqual(new Set(['w1']));
  });

  it('where only the end of a bracket is left: a node of ours that is still cordoned', async () => {
    // The body looks at a node that is done, the exit at one that is not.
    const items: readonly BoundItem[] = [
      {
        kind: 'bracket',
        bracket: 'drained',
        enter: item('w2', 'drain'),
        body: [item('w2', 'kubelet')],
        exit: item('w1', 'uncordon'),
      },
    ];
    const phase: BoundPhase = { name: 'workers', parallel: 1, lanes: [{ node: 'w1', items }] };
    const { sent, finished } = await play(['w1', 'w2'], { w1: 'old' }, { phase });
    expect(sent).toEqual(['sent w1: do uncordon']);
    expect(finished.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'w2/drain skipped',
      'w2/kubelet satisfied',
      'w1/uncordon done',
    ]);
  });

  it('where the operator asked to stop: nothing is looked at', async () => {
    const { result, trips } = await play(['w1', 'w2'], {}, { stopping: true });
    expect([result.outcome, trips]).toEqual(['interrupted', 0]);
  });

  it('where it is one step alone: it is looked at once, when it is run', async () => {
    const phase = workers(['w1'], (node) => [item(node, 'a')]);
    expect((await play(['w1'], {}, { phase })).trips).toBe(1);
  });
});
