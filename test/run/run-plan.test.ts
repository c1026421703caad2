import { describe, expect, it } from 'vitest';
import type { BoundBracket, BoundItem, BoundPhase, BoundStepItem } from '../../src/steps/bound.ts';
import { guardFor, type PlanGuard } from '../../src/run/plan-guard.ts';
import type { Failure } from '../../src/model/event.ts';
import type { PlannedVerdict } from '../../src/model/plan.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import { makeCluster, stage, type Script } from './scripted.ts';
import { onNode, work, workDone } from './work.ts';

const item = (node: string, what: string, wish: Readonly<Record<string, unknown>> = {}): BoundStepItem => ({
  kind: 'step',
  address: `${node}/${what}`,
  step: work(node, { what, ...wish }),
});
const waits = (node: string): BoundStepItem => ({
  kind: 'step',
  address: `${node}/verify`,
  step: workDone.bind({}, onNode(node)),
});
const phase = (name: string, parallel: number, lanes: Readonly<Record<string, readonly BoundItem[]>>): BoundPhase => ({
  name,
  parallel,
  lanes: Object.entries(lanes).map(([node, items]) => ({ node, items })),
});
const bracket = (enter: BoundStepItem, body: readonly BoundItem[], exit?: BoundStepItem): BoundBracket => ({
  kind: 'bracket',
  bracket: 'drained',
  enter,
  body,
  ...(exit === undefined ? {} : { exit }),
});

interface Play {
  readonly guard?: PlanGuard;
  /** The state of the work on a node once it was done so many times there. */
  readonly state?: (node: string, done: readonly string[]) => string;
  readonly commands?: Script['commands'];
  readonly stopAfter?: string;
  readonly nodeTimeoutMs?: number;
  /** Between which seconds somebody has it paused. */
  readonly paused?: readonly [from: number, to: number];
  readonly stopAt?: number;
  readonly refused?: Failure;
}

const cluster = makeCluster('cp1', 'w1', 'w2', 'w3');

/** By default each command does its work: every step sees `old` until the last command on its node was its own. */
const play = async (
  phases: readonly BoundPhase[],
  { state, commands, stopAfter, guard, nodeTimeoutMs, paused, stopAt = Infinity, refused }: Play = {},
) => {
  const done = new Map<string, string[]>();
  const here = stage(cluster, {
    facts: (node, key) => (key === 'work' ? { stdout: state?.(node, done.get(node) ?? []) ?? 'old' } : undefined),
    commands: async (node, line, options) => {
      const reply = await commands?.(node, line, options);
      if (reply?.exit === undefined) done.set(node, [...(done.get(node) ?? []), line]);
      return reply;
    },
  });
  const begun = here.clock.now();
  const seconds = (): number => (here.clock.now() - begun) / 1000;
  const stopping = () =>
    seconds() >= stopAt || (stopAfter !== undefined && here.log.some((line) => line.includes(stopAfter)));
  const isPaused = (): boolean => paused !== undefined && seconds() >= paused[0] && seconds() < paused[1];
  const result = await runPlan({
    ...here,
    run: 'r1',
    phases,
    again: 'nodeops upgrade --cluster paris',
    stopping,
    paused: () => (isPaused() ? 'by ana@bastion: slow' : undefined),
    ...(guard === undefined ? {} : { guard }),
    ...(refused === undefined ? {} : { refused }),
    ...(nodeTimeoutMs === undefined ? {} : { nodeTimeoutMs }),
  });
  const sent = here.log.filter((line) => line.startsWith('sent')).map((line) => line.replace('sent ', ''));
  const outcomes = here.events.flatMap((event) =>
    event.type === 'step-finished' ? [`${event.address} ${event.outcome}`] : [],
  );
  return { ...here, result, sent, outcomes };
};

const failing: NonNullable<Script['commands']> = (node) =>
  node === 'w1' ? { exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' } : undefined;
const afterOne = (_node: string, done: readonly string[]): string => (done.length > 0 ? 'done' : 'old');

const leaving = (onFailure: { readonly onFailure?: 'exit' }): BoundPhase =>
  phase('workers', 1, {
    w1: [{ ...bracket(item('w1', 'enter'), [item('w1', 'b')], item('w1', 'leave')), ...onFailure }],
  });
/** Each of the three is needed until its own command was sent. */
const afterThree = (_node: string, sent: readonly string[]): string => (sent.length >= 3 ? 'done' : 'old');

describe('runPlan', () => {
  it('a bracket that is left in any case is left also where the run is stopped once all in it is done', async () => {
    const stopAfter = 'sent w1: do enter';
    for (const onFailure of [{}, { onFailure: 'exit' }] as const) {
      const { sent } = await play([leaving(onFailure)], { state: afterThree, stopAfter });
      expect(sent.includes('w1: do leave')).toBe('onFailure' in onFailure);
    }
  });

  it('stops at a node that takes too long, and gives each node its own time', async () => {
    const workers = phase('workers', 1, { w1: [item('w1', 'a'), waits('w1')], w2: [item('w2', 'b'), waits('w2')] });
    const late = { state: () => 'waiting', nodeTimeoutMs: 4000 };
    const { result } = await play([workers], late);
    expect(result.failure).toMatchObject({
      kind: 'blocked',
      node: 'w1',
      message: 'w1 has taken longer than 4s, its drains not counted: waiting for the others',
    });
    let looks = 0;
    // Three seconds each: more than the limit together.
    const slow = { state: () => ((looks += 1) % 5 === 0 ? 'done' : 'waiting'), nodeTimeoutMs: 6000 };
    expect((await play([workers], slow)).result).toEqual({ outcome: 'done' });
  });

  it('goes through phases, lanes and steps in order', async () => {
    const { result, events, sent } = await play(
      [
        phase('first', 1, { cp1: [item('cp1', 'a')] }),
        phase('workers', 1, { w1: [item('w1', 'b')], w2: [item('w2', 'c')] }),
      ],
      { state: afterOne },
    );
    expect(result).toEqual({ outcome: 'done' });
    expect(sent).toEqual(['cp1: do a', 'w1: do b', 'w2: do c']);
    expect(events.flatMap((event) => ('phase' in event ? [`${event.type} ${event.phase}`] : []))).toEqual([
      'phase-started first',
      'phase-finished first',
      'phase-started workers',
      'phase-finished workers',
    ]);
  });

  it('tells of each step when it starts and how it ended', async () => {
    const { events } = await play([phase('workers', 1, { w1: [item('w1', 'a')] })], { state: afterOne });
    expect(events.map(({ type }) => type)).toEqual([
      'phase-started',
      'step-started',
      'step-observed',
      'command-started',
      'command-finished',
      'step-observed',
      'step-finished',
      'phase-finished',
    ]);
    expect(events[1]).toMatchObject({ address: 'w1/a', step: 'do-work', title: 'a', node: 'w1', cluster: 'paris' });
  });

  it('stops the rollout at a failure: no further lane, no further phase', async () => {
    const { result, sent, events } = await play(
      [
        phase('workers', 1, { w1: [item('w1', 'a'), item('w1', 'b')], w2: [item('w2', 'c')] }),
        phase('add-ons', 1, { w3: [item('w3', 'd')] }),
      ],
      { state: afterOne, commands: failing },
    );
    expect(sent).toEqual(['w1: do a']);
    expect(result.outcome).toBe('failed');
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['step-failed', 'phase-finished']);
  });

  it('goes through what always follows also after a failure, and tells both', async () => {
    const removal = { ...phase('removal', 1, { w3: [item('w3', 'd')] }), always: true } as const;
    const phases = [
      phase('workers', 1, { w1: [item('w1', 'a')] }),
      phase('more', 1, { w2: [item('w2', 'c')] }),
      removal,
    ];
    const { result, sent } = await play(phases, { state: afterOne, commands: failing });
    expect(sent).toEqual(['w1: do a', 'w3: do d']);
    expect(result).toMatchObject({ outcome: 'failed', failure: { node: 'w1' } });
    const both = await play(phases, {
      state: afterOne,
      commands: (node) => (node === 'w2' ? undefined : { exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' }),
    });
    expect(both.result.failure).toMatchObject({ node: 'w1' });
    expect(both.result.failure?.state.at(-1)).toBe('not done either: removal (w3): rc 1 on w3: E: no');
    const alone = await play([removal], { commands: () => ({ exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' }) });
    expect(alone.result).toMatchObject({ outcome: 'failed', failure: { node: 'w3' } });
  });

  it('does of a plan that is refused only what always follows, and tells why', async () => {
    const refused: Failure = {
      cluster: 'paris',
      address: 'plan',
      step: 'plan',
      kind: 'blocked',
      message: 'a budget never allows an eviction',
      state: [],
      next: [],
    };
    const { result, sent } = await play(
      [
        phase('workers', 1, { w1: [item('w1', 'a')] }),
        { ...phase('removal', 1, { w3: [item('w3', 'd')] }), always: true },
      ],
      { state: afterOne, refused },
    );
    expect(sent).toEqual(['w3: do d']);
    expect(result).toMatchObject({ outcome: 'blocked', failure: refused });
  });

  it('goes through what always follows also once it was asked to stop, which it then tells', async () => {
    const { result, sent } = await play(
      [
        phase('workers', 1, { w1: [item('w1', 'a')] }),
        phase('more', 1, { w2: [item('w2', 'c')] }),
        { ...phase('removal', 1, { w3: [item('w3', 'd')] }), always: true },
      ],
      { state: afterOne, stopAfter: 'w1: do a' },
    );
    expect(sent).toEqual(['w1: do a', 'w3: do d']);
    expect(result).toEqual({ outcome: 'interrupted' });
  });

  it('names each node that failed beside another', async () => {
    const { result } = await play([phase('workers', 2, { w1: [item('w1', 'a')], w2: [item('w2', 'c')] })], {
      state: afterOne,
      commands: () => ({ exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' }),
    });
    expect(result.failure).toMatchObject({ node: 'w1' });
    expect(result.failure?.state.at(-1)).toBe('w2 failed too: rc 1 on w2: E: no');
  });

  it('tells where, what, how things stand and what to type', async () => {
    const { result } = await play([phase('workers', 1, { w1: [item('w1', 'a')] })], { commands: failing });
    expect(result.failure).toEqual({
      cluster: 'paris',
      node: 'w1',
      address: 'w1/a',
      step: 'do-work',
      kind: 'failed',
      message: 'rc 1 on w1: E: no',
      command: 'do a',
      exit: { kind: 'code', code: 1 },
      stderrTail: ['E: no'],
      state: [
        'no control plane answers: the API server may be down',
        'cp1: its answer did not come back whole (rc 0)',
        'w1: its answer did not come back whole (rc 0)',
      ],
      next: ['see why on w1, and repair it there', 'then go on with: nodeops upgrade --cluster paris'],
    });
  });

  it('sends a person to the node that it is about, not only to the one where it was typed', async () => {
    const ours = item('w1', 'a');
    const apply: typeof ours.step.apply = (seen, place) =>
      ours.step.apply(seen, place).map((action) => (action.do === 'exec' ? { ...action, on: 'cp1' } : action));
    const { result } = await play([phase('workers', 1, { w1: [{ ...ours, step: { ...ours.step, apply } }] })], {
      commands: (node) => (node === 'cp1' ? { exit: { kind: 'code', code: 1 }, stderr: 'E: no\n' } : undefined),
    });
    expect(result.failure?.message).toBe('rc 1 on cp1: E: no');
    expect(result.failure?.next[0]).toBe('see why on w1, or on cp1, where the command was typed, and repair it there');
  });

  it('what only fetches things for later has changed nothing when it fails', async () => {
    const fetches = item('w1', 'fetch');
    const staging = phase('staging', 1, { w1: [{ ...fetches, step: { ...fetches.step, preparing: true } }] });
    const { result } = await play([staging], { commands: failing });
    expect(result.failure).toMatchObject({ kind: 'blocked', message: expect.stringContaining('E: no') });
    expect(result.failure?.state[0]).toBe('nothing was changed');
  });

  it('before the first write nothing has failed: something stands in the way, and nothing was changed', async () => {
    const { result } = await play([phase('workers', 1, { w1: [waits('w1')] })]);
    expect(result).toMatchObject({ outcome: 'blocked', failure: { kind: 'blocked' } });
    expect(result.failure?.state[0]).toBe('nothing was changed');
  });

  it('tells what a person must change before it can go on', async () => {
    const { result } = await play([phase('workers', 1, { w1: [item('w1', 'a')] })], { state: () => 'stuck' });
    expect(result).toMatchObject({
      outcome: 'blocked',
      failure: {
        kind: 'blocked',
        message: 'it is stuck',
        next: ['unstick it', 'then go on with: nodeops upgrade --cluster paris'],
      },
    });
  });

  it('lets lanes that are under way finish, and begins none', async () => {
    const { result, sent, outcomes } = await play(
      [phase('workers', 2, { w1: [item('w1', 'a')], w2: [item('w2', 'b'), item('w2', 'c')], w3: [item('w3', 'd')] })],
      { state: afterOne, commands: failing },
    );
    expect(result).toMatchObject({ outcome: 'failed', failure: { node: 'w1' } });
    expect(sent.filter((line) => line.startsWith('w3'))).toEqual([]);
    expect(outcomes.filter((line) => line.startsWith('w2'))).not.toEqual([]);
  });

  it.each([1, 2, 3])('keeps to %i lanes at once', async (parallel) => {
    let [under, most] = [0, 0];
    const lanes = Object.fromEntries(
      ['cp1', 'w1', 'w2', 'w3'].map((node) => [node, [item(node, 'a'), item(node, 'b')]]),
    );
    const { result } = await play([phase('workers', parallel, lanes)], {
      state: afterOne,
      commands: async () => {
        most = Math.max(most, (under += 1));
        await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
        under -= 1;
        return undefined;
      },
    });
    expect([result.outcome, most]).toEqual(['done', parallel]);
  });

  it('stops between two steps when asked to: the step in hand finishes', async () => {
    const { result, sent, outcomes } = await play(
      [
        phase('workers', 1, { w1: [item('w1', 'a'), item('w1', 'b')], w2: [item('w2', 'c')] }),
        phase('end', 1, { w3: [item('w3', 'd')] }),
      ],
      { state: (_node, done) => (done.length > 0 ? 'done' : 'old'), stopAfter: 'sent w1' },
    );
    expect(result).toEqual({ outcome: 'interrupted' });
    expect([sent, outcomes]).toEqual([['w1: do a'], ['w1/a done']]);
  });

  it('begins nothing when asked to stop before the first step', async () => {
    const { result, sent } = await play([phase('workers', 1, { w1: [item('w1', 'a')] })], { stopAfter: 'phase' });
    expect([result.outcome, sent]).toEqual(['interrupted', []]);
  });
});

const drained = (body: readonly BoundItem[]): BoundPhase =>
  phase('workers', 1, { w1: [bracket(item('w1', 'drain'), body, item('w1', 'uncordon'))] });

const lent = (exit = item('w1', 'return')): BoundPhase =>
  phase('workers', 1, {
    w1: [{ ...bracket(item('w1', 'lend'), [item('w1', 'apply')], exit), onFailure: 'exit' }],
  });
const breaks =
  (...broken: readonly string[]): NonNullable<Script['commands']> =>
  (_node, line) =>
    broken.includes(line) ? { exit: { kind: 'code', code: 1 }, stderr: `E: ${line}\n` } : undefined;
/** Right after a command it is done, and then there is something to do again. */
const byTurns = (): NonNullable<Play['state']> => {
  let seen = 0;
  return (_node, done) => {
    if (done.length === seen) return 'old';
    seen = done.length;
    return 'done';
  };
};

describe('a bracket', () => {
  it('is entered, gone through and left where something inside is needed', async () => {
    const { sent } = await play([drained([item('w1', 'install')])], {
      state: (_node, done) => (done.length % 2 === 1 ? 'done' : 'old'),
    });
    expect(sent[0]).toBe('w1: do drain');
    const other = await play([drained([item('w1', 'install')])], { state: afterOne });
    expect(other.outcomes).toEqual(['w1/drain done', 'w1/install satisfied', 'w1/uncordon satisfied']);
  });

  it('is not entered where nothing inside is needed, but left all the same if the enter was ours', async () => {
    const { sent, outcomes } = await play([drained([item('w1', 'install')])], { state: () => 'done' });
    expect(sent).toEqual([]);
    expect(outcomes).toEqual(['w1/drain skipped', 'w1/install satisfied', 'w1/uncordon satisfied']);
  });

  it('is not entered for what only waits', async () => {
    let looks = 0;
    const { outcomes } = await play([drained([waits('w1')])], { state: () => ((looks += 1) > 3 ? 'done' : 'old') });
    expect(outcomes[0]).toBe('w1/drain skipped');
  });

  it('is left closed after a failure: the node stays cordoned', async () => {
    const { result, sent } = await play([drained([item('w1', 'install')])], {
      commands: (_node, line) => (line === 'do install' ? { exit: { kind: 'code', code: 1 } } : undefined),
      state: (_node, done) => (done.length === 0 ? 'old' : 'other'),
      // The drain itself is content with the second look.
    });
    expect(result.outcome).toBe('failed');
    expect(sent).not.toContain('w1: do uncordon');
  });

  describe('that is left in any case', () => {
    it('is left after a failure of the body, which is what is told', async () => {
      const { result, sent } = await play([lent()], { commands: breaks('do apply'), state: byTurns() });
      expect(sent).toEqual(['w1: do lend', 'w1: do apply', 'w1: do return']);
      expect(result.failure).toMatchObject({ address: 'w1/apply', message: expect.stringContaining('E: do apply') });
    });

    it('says so where it could not be left either', async () => {
      const { result } = await play([lent()], { commands: breaks('do apply', 'do return'), state: byTurns() });
      expect(result.failure?.address).toBe('w1/apply');
      expect(result.failure?.state.at(-1)).toContain('not done either: return (w1): ');
    });

    it('is left where it could not be entered whole', async () => {
      const { result, sent } = await play([lent()], { commands: breaks('do lend') });
      expect(sent).toEqual(['w1: do lend', 'w1: do return']);
      expect(result.failure?.address).toBe('w1/lend');
    });

    it('is left when the operator asks to stop in the middle', async () => {
      const { result, sent } = await play([lent()], { state: byTurns(), stopAfter: 'do lend' });
      expect(sent).toEqual(['w1: do lend', 'w1: do return']);
      expect(result.outcome).toBe('interrupted');
    });
  });

  it('nothing inside begins where it could not be entered', async () => {
    const { result, sent } = await play([drained([item('w1', 'install')])], { commands: failing });
    expect(result).toMatchObject({ outcome: 'failed', failure: { address: 'w1/drain' } });
    expect(sent).toEqual(['w1: do drain']);
  });

  it('waits until it can be seen whether something inside is needed, and only then decides', async () => {
    let looks = 0;
    const play1 = await play([drained([item('w1', 'install')])], {
      state: (_node, done) => {
        looks += 1;
        if (looks < 4) return '';
        return done.length > 0 ? 'done' : 'old';
      },
    });
    expect(play1.sent[0]).toBe('w1: do drain');
    looks = 0;
    const play2 = await play([drained([item('w1', 'install')])], { state: () => ((looks += 1) < 4 ? '' : 'done') });
    expect([play2.sent, play2.outcomes[0]]).toEqual([[], 'w1/drain skipped']);
  });

  it('is entered in doubt: what is inside could turn out to be needed a moment later', async () => {
    const here = await play([drained([item('w1', 'install')])], { state: () => '' });
    expect(here.result).toMatchObject({ outcome: 'blocked', failure: { address: 'w1/drain' } });
    expect(here.sent).toEqual([]);
  });
});

/** Holds the steps to what is said of them here, by address. */
const heldTo = (planned: Readonly<Record<string, PlannedVerdict>>): PlanGuard =>
  guardFor({
    hide: (secret) => `(hidden ${secret.length})`,
    run: 'r1',
    saved: {
      cluster: 'paris',
      run: 'r0',
      playbook: { name: 'upgrade', digest: '' },
      parameters: {},
      nodes: ['w1'],
      inventory: {},
      observations: [{ kind: 'value', value: 'old' }],
      rests: { 'w1/a': { 'node w1 work': 0 }, 'w1/b': { 'node w1 work': 0 } },
      plan: {
        format: 1,
        cluster: 'paris',
        playbook: 'upgrade',
        parameters: {},
        before: [],
        notices: [],
        createdAt: 0,
        phases: [
          {
            name: 'workers',
            parallel: 1,
            lanes: [
              {
                items: Object.entries(planned).map(([address, verdict]) => ({
                  kind: 'step',
                  address,
                  step: 'do-work',
                  title: address,
                  with: {},
                  verdict,
                  assertion: false,
                })),
              },
            ],
          },
        ],
      },
    },
  });

/** Done only at the second try. */
const halfway = (_node: string, done: readonly string[]): string => ['old', 'half'][done.length] ?? 'done';

describe('held to a saved plan', () => {
  const asPlanned = { 'w1/a': needed('old → done'), 'w1/b': satisfied };
  const steps = [phase('workers', 1, { w1: [item('w1', 'a'), item('w1', 'b')], w2: [] })];

  it.each<[string, (done: readonly string[]) => string, Readonly<Record<string, PlannedVerdict>>, string, number]>([
    ['goes on where all is as planned', (done) => (done.length > 0 ? 'done' : 'old'), asPlanned, 'done', 1],
    ['goes on where a part is done already', () => 'done', asPlanned, 'done', 0],
    ['stops before the first step that is not', () => 'ancient', asPlanned, 'drift', 0],
    ['stops before a step that nobody planned', () => 'old', { 'w1/b': satisfied }, 'drift', 0],
    [
      'stops where there was nothing to do',
      (done) => (done.length > 0 ? 'done' : 'old'),
      { ...asPlanned, 'w1/a': satisfied },
      'drift',
      0,
    ],
    ['stops where something blocks that did not', () => 'stuck', asPlanned, 'drift', 0],
    [
      'a step that was to be judged later is not held',
      () => 'stuck',
      { ...asPlanned, 'w1/a': { kind: 'assumed', because: '' } },
      'blocked',
      0,
    ],
  ])('%s', async (_what, state, planned, outcome, commands) => {
    const { result, sent } = await play(steps, { state: (_node, done) => state(done), guard: heldTo(planned) });
    expect([result.outcome, sent.length]).toEqual([outcome, commands]);
  });

  it('waits with its judgement until there is one', async () => {
    let looked = 0;
    const state = (_node: string, done: readonly string[]): string => {
      looked += 1;
      return looked < 4 ? 'waiting' : done.length > 0 ? 'done' : 'old';
    };
    const { result } = await play(steps, { state, guard: heldTo(asPlanned) });
    expect([result.outcome, looked > 4]).toEqual(['done', true]);
  });

  it('does not ask again once it has begun: what it does changes what it sees', async () => {
    const twice = [phase('workers', 1, { w1: [item('w1', 'a', { attempts: 2 })] })];
    const { result, sent } = await play(twice, { state: halfway, guard: heldTo(asPlanned) });
    expect([result.outcome, sent]).toEqual(['done', ['w1: do a', 'w1: do a']]);
  });

  it('tells what was planned, what is now, and what to type', async () => {
    const { result } = await play(
      [phase('first', 1, { w2: [item('w2', 'a')] }), phase('workers', 1, { w1: [item('w1', 'a')] })],
      {
        state: (node, done) => (node === 'w1' ? 'newer' : afterOne(node, done)),
        guard: heldTo({ 'w2/a': needed('old → done'), 'w1/a': needed('old → done') }),
      },
    );
    expect(result.outcome).toBe('drift');
    expect(result.failure).toMatchObject({
      kind: 'drift',
      node: 'w1',
      message: 'not as planned (old → done): newer → done\nnode w1 work: old → newer',
      drift: { kind: 'changed', covered: false, facts: [{ fact: 'node w1 work', before: 'old', after: 'newer' }] },
      next: [
        'undo what changed, and go on with: nodeops upgrade --cluster paris',
        'or look at a plan for what is there now, and go on with that: nodeops upgrade --cluster paris --re-plan',
      ],
    });
    expect(result.failure?.state).not.toContain('nothing was changed');
  });

  it('drift before the first write changed nothing, and says so', async () => {
    const { result } = await play(steps, { state: () => 'stuck', guard: heldTo(asPlanned) });
    expect(result.failure?.state[0]).toBe('nothing was changed');
    expect(result.failure?.next[0]).toBe('unstick it');
  });
});

const told = (events: readonly { type: string }[]): readonly string[] =>
  events.flatMap(({ type }) => (['run-paused', 'run-continued', 'step-started'].includes(type) ? [type] : []));

describe('a run that somebody pauses', () => {
  const slow: Play = {
    state: afterOne,
    commands: async () => undefined,
  };
  const workers = phase('workers', 1, { w1: [item('w1', 'a')], w2: [item('w2', 'b')] });
  it('begins no further node until it may, and says so', async () => {
    const { result, events, sent, clock } = await play([workers], { ...slow, paused: [0, 40] });
    expect(result.outcome).toBe('done');
    expect(sent).toHaveLength(2);
    expect(told(events)).toEqual(['run-paused', 'run-continued', 'step-started', 'step-started']);
    expect(events.find(({ type }) => type === 'run-paused')).toMatchObject({ why: 'by ana@bastion: slow' });
    expect(clock.now()).toBeGreaterThanOrEqual(40_000);
  });

  it('stops there when it is asked to', async () => {
    const { result, events, sent } = await play([workers], { ...slow, paused: [0, Infinity], stopAt: 20 });
    expect(result.outcome).toBe('interrupted');
    expect(sent).toEqual([]);
    expect(told(events)).toEqual(['run-paused', 'run-continued']);
  });

  it('does not wait where nothing is touched, nor with what always follows', async () => {
    const looking = phase('look', 1, { w1: [waits('w1')] });
    const tidy: BoundPhase = { ...phase('tidy', 1, { w1: [item('w1', 'c')] }), always: true };
    const { result, events } = await play([looking, tidy], { ...slow, state: () => 'done', paused: [0, Infinity] });
    expect([result.outcome, told(events)]).toEqual(['done', ['step-started', 'step-started']]);
  });
});
