import { describe, expect, it } from 'vitest';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { Kernel } from '../../../src/simulator/kernel.ts';
import { createClock } from '../../../src/simulator/simulation/clock.ts';
import { drive } from '../../../src/simulator/simulation/drive.ts';
import { createJournals, type Machine } from '../../../src/simulator/simulation/journal-store.ts';
import { Program } from '../../../src/simulator/simulation/program.ts';

const ground = () => {
  const kernel = new Kernel(1000);
  const wakes = { woken: false };
  const program = new Program(1, kernel, wakes);
  return { kernel, wakes, program, clock: createClock(kernel, program) };
};
const limits = { until: 100_000, events: 1000 };

describe('time', () => {
  it('goes on only when the product waits for nothing else', async () => {
    const { kernel, wakes, clock } = ground();
    const seen: number[] = [];
    let done = false;
    const product = async (): Promise<void> => {
      for (const ms of [10, 5]) {
        await clock.sleep(ms);
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        seen.push(clock.now());
      }
      done = true;
    };
    const running = product();
    expect(await drive(kernel, wakes, limits, () => done)).toBe('done');
    await running;
    expect(seen).toEqual([1010, 1015]);
  });

  it.each([
    ['nothing-will-happen', limits, 10],
    ['too-late', { until: 1500, events: 1000 }, 100],
    ['too-many-events', { until: 100_000, events: 4 }, 100],
  ])('%s', async (end, within, rounds) => {
    const { kernel, wakes, clock } = ground();
    const product = async (): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) await clock.sleep(10);
    };
    void product();
    expect(await drive(kernel, wakes, within, () => false)).toBe(end);
  });

  it('stops at what the simulator does not know', async () => {
    const { kernel, wakes } = ground();
    kernel.after(1, () => {
      throw new SimulatorGap('a program');
    });
    await expect(drive(kernel, wakes, limits, () => false)).rejects.toThrow(SimulatorGap);
  });

  it('an aborted sleep is over at once, and says why', async () => {
    const { clock } = ground();
    const controller = new AbortController();
    const sleeping = clock.sleep(1000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1000, controller.signal)).rejects.toThrow('enough');
  });
});

const event = (run: string) =>
  ({
    type: 'run-started',
    at: 1,
    cluster: 'sim',
    run,
    playbook: 'upgrade',
    parameters: {},
    operator: 'ana',
    host: 'b',
    nodeops: '1',
  }) as const;

describe('a journal', () => {
  it.each([
    ['before', [], 'unanswered'],
    ['after', ['r1'], 'unanswered'],
    ['never', ['r1'], 'answered'],
  ])('of a program that is killed %s an event is written', async (moment, written, answer) => {
    const { kernel, wakes, program } = ground();
    const machine: Machine = new Map();
    const killAt = (when: string) => (): void => {
      if (moment === when) program.kill();
    };
    const journals = createJournals(machine, program, { before: killAt('before'), after: killAt('after') });
    const { journal } = await (await journals.create('r1')).cluster('sim');
    let answered = 'unanswered';
    void journal.append(event('r1')).then(() => (answered = 'answered'));
    await drive(kernel, wakes, limits, () => false);
    const kept = machine.get('r1')?.clusters.get('sim')?.events ?? [];
    expect(kept.map((each) => ('run' in each ? each.run : ''))).toEqual(written);
    expect(answered).toBe(answer);
  });
});
