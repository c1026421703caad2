import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTerminalUi } from '../../../src/adapters/terminal/terminal-ui.ts';
import type { Ui } from '../../../src/ports/ui.ts';
import type { Event } from '../../../src/model/event.ts';
import { formatDuration } from '../../../src/report/duration.ts';
import { noPaint } from '../../../src/report/paint.ts';
import { drainFailure, runEvents, startedAt, upgradePlan } from '../../report/fixtures.ts';
import { createScreen } from './screen.ts';
import type { Screen } from './screen.ts';

const open = async (screen: Screen, now = (): number => startedAt + 10_000): Promise<Ui> =>
  createTerminalUi({
    stdout: screen.stream,
    stderr: createScreen(80, 24).stream,
    look: { paint: noPaint, duration: formatDuration },
    now,
  });

const cursorShown = '\u001B[?25h';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** What stays on the screen when all is over: the last frame, drawn after the view was cleared. */
const lastFrame = (screen: Screen, first: string): string => {
  const text = screen.text();
  return text.slice(text.lastIndexOf(first)).trimEnd();
};

const play = async (screen: Screen, events: readonly Event[], clusters: readonly string[]): Promise<void> => {
  const ui = await open(screen);
  for (const cluster of clusters) ui.begin(upgradePlan(cluster));
  await turn();
  for (const event of events) ui.event(event);
  await turn();
  await ui.end();
};

describe('the terminal view', () => {
  it('ends as one line when all went well, the cursor shown', async () => {
    const screen = createScreen(80, 24);
    await play(screen, runEvents(upgradePlan()), ['paris']);
    expect(lastFrame(screen, '✓ paris')).toBe('✓ paris: upgrade  5m 24s');
    expect(screen.raw().endsWith(cursorShown)).toBe(true);
  });

  it.each([
    [true, { type: 'lock-lost', epoch: 8, why: 'eve owns the cluster' }],
    [true, { type: 'lock-acquired', epoch: 8, holder: 'ana', leftOut: ['w1'], inLease: true }],
    [true, { type: 'lock-released', epoch: 8, trouble: 'EOF' }],
    [false, { type: 'lock-acquired', epoch: 8, holder: 'ana', leftOut: [], inLease: true }],
    [false, { type: 'lock-released', epoch: 8 }],
  ] as const)('tells what is unusual about the lock: %s %j', async (told, body) => {
    const screen = createScreen(80, 24);
    const ui = await open(screen);
    ui.begin(upgradePlan());
    await turn();
    ui.event({ at: startedAt, cluster: 'paris', ...body });
    await new Promise((resolve) => setTimeout(resolve, 150));
    await ui.end();
    expect(/paris: (OWNERSHIP LOST: eve owns|owner, epoch 8|not released|released)/.test(screen.text())).toBe(told);
  });

  it('keeps the way to a failure', async () => {
    const screen = createScreen(80, 24);
    await play(screen, runEvents(upgradePlan(), drainFailure()), ['paris']);
    expect(lastFrame(screen, '✗ paris: upgrade')).toMatchInlineSnapshot(`
      "✗ paris: upgrade  4m 23s · failed
        ✓ before anything  4.4s
        ✓ first control plane  3m 39s
        ✗ workers  40s · 0 of 2 nodes
          ✗ paris-w1  40s · 2 of 6 steps · 1 had nothing to do
            ✓ kubeadm upgrade node  1.2s
            ✗ drain the node  38s
              the drain did not finish within 10 minutes
            · install kubelet and kubectl 1.36.3  not reached
            · restart the kubelet  not reached
            · uncordon the node  not reached
          · paris-w2  not reached"
    `);
    expect(screen.raw().endsWith(cursorShown)).toBe(true);
  });

  it('shows a cluster that begins while another ends', async () => {
    const screen = createScreen(80, 24);
    const ui = await open(screen);
    for (const cluster of ['paris', 'oslo']) {
      ui.begin(upgradePlan(cluster));
      await turn();
      for (const event of runEvents(upgradePlan(cluster))) ui.event(event);
      await turn();
    }
    await ui.end();
    expect(lastFrame(screen, '✓ paris')).toBe('✓ paris: upgrade  5m 24s\n✓ oslo: upgrade  5m 24s');
  });

  it('ends when nothing began, when nothing happened, and in the middle', async () => {
    await (await open(createScreen(80, 24))).end();
    const idle = createScreen(80, 24);
    await play(idle, [], ['paris']);
    expect(lastFrame(idle, '· paris')).toBe('· paris: upgrade  not reached');
    const cut = createScreen(80, 24);
    await play(cut, runEvents(upgradePlan()).slice(0, 20), ['paris']);
    expect(lastFrame(cut, '· paris')).toBe('· paris: upgrade  10s');
  });

  it('says what no event says', async () => {
    const screen = createScreen(80, 24);
    const ui = await open(screen);
    ui.begin(upgradePlan());
    ui.notice('finishing the step in hand');
    await ui.end();
    expect(screen.text()).toContain('finishing the step in hand');
  });

  it('ends whatever comes in whatever order', async () => {
    const stray = { at: startedAt, cluster: 'paris' } as const;
    const events: readonly Event[] = [
      ...runEvents(upgradePlan(), drainFailure()),
      ...runEvents(upgradePlan('oslo')),
      ...runEvents(upgradePlan('nowhere')),
      { ...stray, type: 'step-started', address: 'not/planned', step: 'x', title: 'x' },
      { ...stray, type: 'phase-started', phase: 'not planned' },
    ];
    const orders = fc.shuffledSubarray([...events]);
    const anyOrder = fc.asyncProperty(orders, async (order) => {
      const screen = createScreen(80, 24);
      await play(screen, order, ['paris', 'oslo']);
      expect(screen.raw().endsWith(cursorShown)).toBe(true);
    });
    await fc.assert(anyOrder, { numRuns: 15 });
  });
});
