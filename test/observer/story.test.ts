import { describe, expect, it } from 'vitest';
import { stopOf, table, tellOf, type Strike, type Turn } from '../cluster/faults/story.ts';

const strike: Strike = { fault: 'SIGKILL', point: 'w1: drain', step: 'w1/drain-node', at: 100_000 };

interface Said {
  readonly at: number;
  readonly type: string;
  readonly [key: string]: unknown;
}

const turn = (begun: number, until: number, code: number, events: readonly Said[], stderr = '', tail = ''): Turn => ({
  begun,
  end: { at: until, ended: { code, stdout: [...events.map((each) => JSON.stringify(each)), tail].join('\n'), stderr } },
});
const write = (at: number, address: string): Said => ({ at, type: 'command-started', address, effect: 'write' });
const finished = (at: number, address: string): Said => ({ at, type: 'step-finished', address, outcome: 'done' });
const failed = (at: number, message: string): Said => ({ at, type: 'run-finished', failure: { message } });

const killed = turn(90_000, 101_000, 137, [write(95_000, 'workers/w1/drain-node')], '', '{"at":1,"type":"comm');

const cases: readonly { readonly name: string; readonly turns: readonly Turn[]; readonly row: object }[] = [
  {
    name: 'killed, and the next run does it again',
    turns: [
      killed,
      turn(102_000, 200_000, 0, [
        write(104_000, 'lease'),
        write(105_000, 'workers/w1/drain-node'),
        finished(112_400, 'workers/w1/drain-node'),
      ]),
    ],
    row: { found: 'killed (rc 137) → first write w1/drain-node', end: 'converged', seconds: 12 },
  },
  {
    name: 'killed, and the next run attaches and writes nothing',
    turns: [
      killed,
      turn(
        102_000,
        200_000,
        0,
        [finished(110_000, 'workers/w1/drain-node')],
        'w1 still runs `kubectl drain w1 --ignore-daemonsets` of run r1: attached',
      ),
    ],
    row: { found: 'killed (rc 137) → attached to kubectl drain w1, wrote nothing', seconds: 10 },
  },
  {
    name: 'killed, and nothing was left to do',
    turns: [killed, turn(102_000, 106_000, 0, [])],
    row: { found: 'killed (rc 137) → wrote nothing', end: 'converged', seconds: 6 },
  },
  {
    name: 'the run gave up and nobody went on',
    turns: [turn(90_000, 130_000, 1, [failed(129_000, 'rc 1 on w1: budget\nmore')])],
    row: {
      found: 'rc 1: rc 1 on w1: budget → nobody went on',
      end: 'w1/drain-node never ended; converged',
      seconds: undefined,
    },
  },
  {
    name: 'the same run goes on',
    turns: [
      turn(90_000, 200_000, 0, [
        write(95_000, 'workers/w1/drain-node'),
        { at: 130_000, type: 'command-lost', address: 'workers/w1/drain-node' },
        finished(160_000, 'workers/w1/drain-node'),
      ]),
    ],
    row: { found: 'the same run, attached again 1×', seconds: 60 },
  },
  {
    name: 'the same run tries again, and gives up later at something else',
    turns: [
      turn(90_000, 200_000, 1, [
        write(101_000, 'workers/w1/drain-node'),
        finished(107_000, 'workers/w1/drain-node'),
        failed(199_000, 'something else'),
      ]),
      turn(201_000, 300_000, 0, [write(202_000, 'workers/w2/drain-node')]),
    ],
    row: { found: 'the same run, which looked and tried again', seconds: 7 },
  },
];

const seen = (at: number) => ({ at, invariant: 3, what: 'w1, w2 cordoned at once' });

describe('what the table tells of a fault', () => {
  it.each(cases)('$name', ({ turns, row }) => {
    expect(tellOf([strike], turns, [], 'converged')).toMatchObject([row]);
  });

  it.each([
    ['killed (rc 137)', 137, ''],
    [
      'rc 3: lab is owned by ana: it was renewed a moment ago',
      3,
      'lab is owned by ana: it was renewed a moment ago\n5 reads',
    ],
    ['rc 2: nodeops: there is no terminal', 2, 'nodeops: there is no terminal\n    say --yes'],
    [`rc 1: ${'a'.repeat(80)}…${'b'.repeat(49)}`, 1, 'a'.repeat(100) + 'b'.repeat(100)],
  ])('%s', (text, code, stderr) => {
    expect(stopOf({ code, stdout: '', stderr })).toBe(text);
  });

  it('counts the breaks from one fault to the next', () => {
    const strikes = [strike, { ...strike, at: 150_000 }];
    const rows = tellOf(strikes, [killed], [seen(99_999), seen(100_000), seen(149_999), seen(150_000)], 'converged');
    expect(rows.map(({ breaks }) => breaks)).toEqual([2, 1]);
  });

  it('has its columns below each other', () => {
    expect(table(tellOf([{ ...strike, found: 'refused' }], [killed], [], 'converged'))).toBe(
      [
        'fault   | point     | what the next run found | end                                  | breaks | finished after',
        'SIGKILL | w1: drain | refused                 | w1/drain-node never ended; converged | 0      | never',
      ].join('\n'),
    );
  });
});
