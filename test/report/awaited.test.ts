import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { awaitedOf } from '../../src/report/awaited.ts';

const event = (at: number, body: object): Event =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is read is filled in
  ({ at, cluster: 'paris', ...body }) as Event;

const address = 'workers/w1/restart-kubelet';
const begun = event(10, { type: 'step-started', address, step: 'restart-kubelet', title: 'restart', node: 'w1' });
const looks = (at: number, waitingFor: string): Event =>
  event(at, { type: 'step-observed', address, verdict: { kind: 'pending', waitingFor } });
const command = event(11, {
  type: 'command-started',
  address,
  id: 'c1',
  node: 'w1',
  line: 'systemctl restart kubelet',
});
const commandEnd = event(12, { type: 'command-finished', id: 'c1' });
const step = { title: 'restart', address, node: 'w1', since: 10 };

describe('what a run waits for', () => {
  it('the step that is open, what it waits for, and since when it is that', () => {
    const events = [begun, command, commandEnd, looks(20, 'a lease'), looks(30, 'Ready'), looks(40, 'Ready')];
    expect(awaitedOf(events)).toEqual({ step, waitingFor: { what: 'Ready', since: 30 }, commands: [] });
  });

  it('a command whose end nobody wrote down', () => {
    const [line, node] = ['systemctl restart kubelet', 'w1'];
    expect(awaitedOf([begun, command])).toEqual({ step, commands: [{ node, line, since: 11 }] });
  });

  it('nothing where the step was done, or something else was seen last', () => {
    const done = event(50, { type: 'step-finished', address });
    expect(awaitedOf([begun, looks(20, 'Ready'), done])).toEqual({ commands: [] });
    const needed = event(21, { type: 'step-observed', address, verdict: { kind: 'needed', changes: [] } });
    expect(awaitedOf([begun, looks(20, 'Ready'), needed])).toEqual({ step, commands: [] });
  });

  it('why it stopped; nothing of a run that was done, whatever it left open', () => {
    const failure = { cluster: 'paris', node: 'w1', message: 'no' };
    const failed = event(60, { type: 'run-finished', outcome: 'failed', failure });
    expect(awaitedOf([begun, failed])).toEqual({ step, commands: [], failure: { ...failure, at: 60 } });
    expect(awaitedOf([begun, event(60, { type: 'run-finished', outcome: 'done' })])).toEqual({ commands: [] });
  });
});
