import { describe, expect, it } from 'vitest';
import { noPaint } from '../../src/report/paint.ts';
import { isSolved, marksText, solutionText, tasksText, taskText } from '../../src/report/practice-text.ts';

const marks = {
  cluster: 'exam',
  task: 'kubelet-stopped',
  sinceMs: 125_000,
  hints: 1,
  items: [
    { item: 'the kubelet runs on w1', verdict: 'passed', seen: '' },
    { item: 'w1 is Ready', verdict: 'missed', seen: 'w1   NotReady   <none>   5m   v1.36.3' },
    { item: 'it is started with the host', verdict: 'unknown', seen: 'w1: connection refused' },
  ],
} as const;

describe('marksText', () => {
  it('says of each item what was seen, and how it stands', () =>
    expect(marksText(marks, noPaint)).toBe(`exam: kubelet-stopped
  ✓ the kubelet runs on w1
  ✗ w1 is Ready: w1   NotReady   <none>   5m   v1.36.3
  ? it is started with the host: w1: connection refused
not solved: 1 of 3 (2m 05s, one hint)
`));

  it('takes what could not be asked for unsolved', () => {
    const [passed, , unknown] = marks.items;
    expect(isSolved({ items: [passed] })).toBe(true);
    expect(isSolved({ items: [passed, unknown] })).toBe(false);
    expect(marksText({ ...marks, hints: 0, items: [passed] }, noPaint)).toContain('solved (2m 05s, no hint)');
  });
});

it('tasksText: a table a domain', () =>
  expect(
    tasksText([{ name: 'a', title: 'One', domain: 'Troubleshooting', minutes: 5, teaches: ['x', 'y'] }], noPaint),
  ).toBe('Troubleshooting\n  a  5 min  One (x, y)\n'));

it('taskText: what is to be done, what to read, what to type next', () =>
  expect(
    taskText(
      {
        cluster: 'exam',
        title: 'The kubelet does not run',
        minutes: 5,
        text: 'Make w1 Ready again.\n',
        documentation: ['kubernetes.io, Nodes'],
        next: [['nodeops practice check', 'marks it']],
      },
      noPaint,
    ),
  ).toBe(`exam: The kubelet does not run (5 min)

Make w1 Ready again.

Read: kubernetes.io, Nodes
nodeops practice check  marks it
`));

it('solutionText: by the node on which it is typed', () =>
  expect(solutionText([{ on: 'exam-w1', type: 'systemctl enable --now kubelet\n' }], noPaint)).toBe(
    'on exam-w1:\n  systemctl enable --now kubelet\n',
  ));
