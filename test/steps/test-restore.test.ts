import { describe, expect, it } from 'vitest';
import { roomForRestore, testRestore as testCommand } from '../../src/commands/restore-test.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { testRestore } from '../../src/steps/test-restore.ts';
import { api, bound, onCluster } from './values.ts';

const step = bound(testRestore, { run: 'r1', snapshot: 'paris/restore-test/b1.db', bytes: 1_000_000 }, onCluster);

describe('test-restore', () => {
  it('is needed until the operator has what was found', () => {
    expect(step.check({ etcd: {} })).toEqual(needed('restore, read back, remove'));
    expect(step.check({ etcd: {}, outcome: { path: '/x', bytes: 1, sha256: 'ab' } })).toEqual(satisfied);
  });

  it('asks for room first, and leaves nothing on the node', () => {
    const kept = '/var/lib/nodeops/r1/backup-restore';
    expect(step.typed({ etcd: {} })).toEqual([
      `${api.node}: ${quote(roomForRestore(1_000_000).argv)}`,
      `${api.node}: copy paris/restore-test/b1.db to ${kept}.db`,
      `${api.node}: ${quote(testCommand(kept).argv)}`,
      `${api.node}: copy ${kept}.json to the operator as paris/r1/restore-test.json`,
      `${api.node}: rm -f ${kept}.db ${kept}.json`,
    ]);
  });
});
