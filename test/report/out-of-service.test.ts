import { describe, expect, it } from 'vitest';
import type { Event, EventBody } from '../../src/model/event.ts';
import { outOfService } from '../../src/report/out-of-service.ts';
import { runSummary } from '../../src/report/run-summary.ts';

const minute = 60_000;

/** A journal, each entry with the minute of it. */
const journal = (...entries: readonly (readonly [number, EventBody])[]): readonly Event[] =>
  entries.map(([at, body]) => ({ at: at * minute, cluster: 'paris', ...body }));

/** A step of a node that sends one command: begun and ended at these minutes. */
const step = (
  id: string,
  node: string,
  from: number,
  to: number,
  code = 0,
): readonly (readonly [number, EventBody])[] => {
  const address = `${from}/${node}/${id}`;
  const command = { address, id: address, node: 'w9' };
  return [
    [from, { type: 'step-started', address, step: id, title: id, node }],
    [from, { type: 'command-started', ...command, line: 'x', effect: 'write', lifetime: 'attached' }],
    [
      to,
      {
        type: 'command-finished',
        ...command,
        exit: { kind: 'code', code },
        durationMs: (to - from) * minute,
        stderrTail: [],
      },
    ],
  ];
};
/** One that has nothing to do. */
const idle = (id: string, node: string, at: number): readonly [number, EventBody] => [
  at,
  { type: 'step-started', address: `${at}/${node}/${id}`, step: id, title: id, node },
];
type More = Partial<Record<'open' | 'left' | 'before', boolean>>;

const out = (node: string, minutes: number, more: More = {}) => ({
  node,
  ms: minutes * minute,
  open: more.open ?? false,
  left: more.left ?? false,
  before: more.before ?? false,
});

describe('how long nodes were out of service', () => {
  it('from the cordon to the uncordon', () => {
    const events = journal(
      ...step('drain-node', 'w1', 1, 3),
      ...step('install-packages', 'w1', 3, 4),
      ...step('uncordon-node', 'w1', 6, 7),
    );
    expect(outOfService(events)).toEqual([out('w1', 6)]);
  });

  it('from the cordon to its leaving the cluster', () => {
    const events = journal(...step('drain-node', 'w1', 1, 3), ...step('reset-node', 'w1', 3, 4));
    expect(outOfService(events)).toEqual([out('w1', 3, { left: true })]);
    expect(runSummary(events, '/j')).toMatch(/^ {2}w1 {2}3m 00s {2}then it left the cluster$/m);
  });

  it('nothing of a host that was emptied without having served', () =>
    expect(outOfService(journal(...step('reset-node', 'w1', 3, 4)))).toEqual([]));

  it('several nodes, one of them in two hops and drained once more in between', () => {
    const events = journal(
      ...step('drain-node', 'w1', 1, 2),
      ...step('drain-node', 'w2', 2, 3),
      ...step('drain-node', 'w1', 3, 4),
      ...step('uncordon-node', 'w1', 5, 5),
      ...step('uncordon-node', 'w2', 6, 6),
      ...step('drain-node', 'w1', 10, 11),
      ...step('uncordon-node', 'w1', 12, 12),
    );
    expect(outOfService(events)).toEqual([out('w1', 6), out('w2', 4)]);
  });

  it('still, where the run stopped in between', () => {
    const events = journal(...step('drain-node', 'w1', 1, 2), [9, { type: 'phase-finished', phase: 'workers' }]);
    expect(outOfService(events)).toEqual([out('w1', 8, { open: true })]);
    expect(runSummary(events, '/j')).toMatch(/^ {2}w1 {2}8m 00s {2}and still is: cordoned$/m);
  });

  it('what an earlier run had cordoned counts from the beginning of this one', () => {
    const events = journal(
      [1, { type: 'phase-started', phase: 'workers' }],
      idle('drain-node', 'w1', 2),
      ...step('uncordon-node', 'w1', 4, 5),
    );
    expect(outOfService(events)).toEqual([out('w1', 4, { before: true })]);
  });

  it('a cordon that was refused is none, and neither is a node that nobody touched', () => {
    expect(outOfService(journal(...step('drain-node', 'w1', 1, 2, 1), idle('uncordon-node', 'w2', 3)))).toEqual([]);
  });
});
