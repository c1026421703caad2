import { describe, expect, it } from 'vitest';
import { saveNode as saveCommand } from '../../src/commands/backup-files.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { saveNode } from '../../src/steps/save-node.ts';
import { bound, onWorker } from './values.ts';

const step = bound(saveNode, { run: 'r1' }, onWorker());
const file = { path: '/state/x', bytes: 20_480, sha256: 'ab' };
const todo = needed('save, copy to the operator');

describe('save-node', () => {
  it.each([
    ['nothing yet', {}, todo],
    ['what the node runs was lost on the way', { archive: file }, todo],
    ['both are with the operator', { archive: file, versions: file }, satisfied],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('copies both off the node and leaves none there', () => {
    const kept = '/var/lib/nodeops/r1/backup-node';
    expect(step.typed({})).toEqual([
      `paris-w1: ${quote(saveCommand(kept).argv)}`,
      `paris-w1: copy ${kept}.tar to the operator as paris/r1/node-paris-w1.tar`,
      `paris-w1: copy ${kept}.txt to the operator as paris/r1/node-paris-w1.txt`,
      `paris-w1: rm -f ${kept}.tar ${kept}.txt`,
    ]);
  });
});
