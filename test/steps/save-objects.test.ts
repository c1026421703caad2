import { describe, expect, it } from 'vitest';
import { saveObjects as saveCommand } from '../../src/commands/backup-files.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { saveObjects } from '../../src/steps/save-objects.ts';
import { api, bound, onCluster } from './values.ts';

const step = (objects: boolean, encrypted: boolean) => bound(saveObjects, { run: 'r1', objects, encrypted }, onCluster);

describe('save-objects', () => {
  it('is for who asked for it', () => expect(step(false, true).check({ etcd: {} })).toEqual(satisfied));

  it('takes Secrets along only where the backup is encrypted', () => {
    expect(step(true, false).check({ etcd: {} })).toEqual(needed('save all but Secrets'));
    expect(step(true, true).check({ etcd: {} })).toEqual(needed('save all'));
    expect(saveCommand('/x', api, false).argv.at(-1)).toBe('secrets');
    expect(saveCommand('/x', api, true).argv.at(-1)).toBe('');
  });

  it('is there once the operator has it', () =>
    expect(step(true, true).check({ etcd: {}, saved: { path: '/x', bytes: 1, sha256: 'ab' } })).toEqual(satisfied));

  it('leaves nothing on the node', () => {
    const kept = '/var/lib/nodeops/r1/backup-objects';
    expect(step(true, true).typed({ etcd: {} })).toEqual([
      `${api.node}: ${quote(saveCommand(kept, api, true).argv)}`,
      `${api.node}: copy ${kept}.jsonl to the operator as paris/r1/objects.jsonl`,
      `${api.node}: rm -f ${kept}.jsonl`,
    ]);
  });
});
