import { describe, expect, it } from 'vitest';
import { describeExit, succeeded } from '../../src/model/exit.ts';
import { InvalidInput, UsageError } from '../../src/model/errors.ts';
import { subjectName } from '../../src/model/subject.ts';
import { withoutControlSequences } from '../../src/model/text.ts';
import { onCluster, onWorker } from '../steps/values.ts';

describe('text from a node', () => {
  it.each([
    ['\u001B[32m[upgrade]\u001B[0m done', '[upgrade] done'],
    ['one\r\ntwo\r\n', 'one\ntwo\n'],
    ['10 %\r20 %\r30 %\n', '30 %\n'],
    ['bell\u0007 and \u0000', 'bell and '],
    ['tab\tstays\n', 'tab\tstays\n'],
    ['€ stays', '€ stays'],
  ])('%j is shown as %j', (text, shown) => expect(withoutControlSequences(text)).toBe(shown));
});

describe('exits', () => {
  it.each([
    [{ kind: 'code', code: 0 }, true, 'rc 0'],
    [{ kind: 'code', code: 1 }, false, 'rc 1'],
    [{ kind: 'signal', signal: 'KILL' }, false, 'signal KILL'],
    [{ kind: 'unknown', why: 'connection lost' }, false, 'unknown (connection lost)'],
  ] as const)('%j', (exit, well, words) => expect([succeeded(exit), describeExit(exit)]).toEqual([well, words]));
});

describe('what is wrong in a file', () => {
  const problem = { file: 'a.yaml', line: 3, column: 5, path: 'nodes[0]', message: 'unknown key' };
  it('is told with its place, all at once', () => {
    const error = new InvalidInput([
      { ...problem, hint: 'did you mean x?' },
      { ...problem, path: '', line: 9 },
    ]);
    expect(error.message).toBe('a.yaml:3:5: nodes[0]: unknown key\n    did you mean x?\na.yaml:9:5: unknown key');
    expect(error).toBeInstanceOf(UsageError);
  });
});

it.each([
  [onWorker(), 'paris/paris-w1'],
  [onCluster, 'paris'],
])('a subject is called %#', (subject, name) => expect(subjectName(subject)).toBe(name));
