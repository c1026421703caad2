import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { markPracticeGround } from '../../src/steps/mark-practice-ground.ts';
import { bound, onWorker } from './values.ts';

const ours = `AB${':CD'.repeat(31)}`;
const host = { hostname: 'paris-w1', machineId: 'm1', clusterCa: ours };
const ground = { cluster: 'paris', authority: ours };
const task = { task: 'kubelet-stopped', stage: 'begun', worker: 'paris-w1', secondsAgo: 60, hints: 0 };
const allow = bound(markPracticeGround, { allowed: true }, onWorker());
const forbid = bound(markPracticeGround, { allowed: false }, onWorker());

describe('mark-practice-ground', () => {
  it('names the cluster and the digest of its authority, in a place that is whole or not there', () => {
    expect(allow.check({ host })).toMatchObject({ kind: 'needed', changes: ['write /etc/nodeops/practice-ground'] });
    expect(allow.verdictAfter({ host })).toEqual(satisfied);
    const [line] = allow.typed({ host });
    expect(line).toContain(`cluster=paris\nauthority=${ours}\n`);
    expect(line).toContain('mv -fT -- "$1.new" "$1"');
  });

  it('writes it anew where it names another cluster', () => {
    expect(allow.check({ host, ground })).toEqual(satisfied);
    expect(allow.check({ host, ground: { ...ground, cluster: 'oslo' } })).toMatchObject({ kind: 'needed' });
    expect(allow.check({ host, ground: { ...ground, authority: 'EF' } })).toMatchObject({ kind: 'needed' });
  });

  it('marks no host without a cluster', () =>
    expect(allow.check({ host: { hostname: 'paris-w1', machineId: 'm1' } })).toMatchObject({
      kind: 'blocked',
      because: expect.stringContaining('paris-w1 carries no cluster'),
    }));

  it('is taken back once no task is set up', () => {
    expect(forbid.check({ host })).toEqual(satisfied);
    expect(forbid.check({ host, ground })).toMatchObject({ kind: 'needed' });
    expect(forbid.verdictAfter({ host, ground })).toEqual(satisfied);
    expect(forbid.check({ host, ground, task })).toMatchObject({
      kind: 'blocked',
      because: 'the task kubelet-stopped is set up in paris',
    });
  });
});
