import { describe, expect, it } from 'vitest';
import { saveState as saveCommand } from '../../src/commands/backup-files.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { saveState } from '../../src/steps/save-state.ts';
import { api, bound, onCluster } from './values.ts';

const step = bound(saveState, { run: 'r1' }, onCluster);

describe('save-state', () => {
  it('is needed until the operator has it', () => {
    expect(step.check({ etcd: {} })).toEqual(needed('ask, copy to the operator'));
    expect(step.check({ etcd: {}, state: { path: '/x', bytes: 1, sha256: 'ab' } })).toEqual(satisfied);
  });

  it('asks where etcd answered, and leaves nothing there', () => {
    const kept = '/var/lib/nodeops/r1/backup-state';
    expect(step.typed({ etcd: {} })).toEqual([
      `${api.node}: ${quote(saveCommand(kept, api).argv)}`,
      `${api.node}: copy ${kept}.json to the operator as paris/r1/cluster-state.json`,
      `${api.node}: rm -f ${kept}.json`,
    ]);
  });
});
