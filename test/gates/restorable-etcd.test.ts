import { describe, expect, it } from 'vitest';
import { restorableEtcd } from '../../src/gates/restorable-etcd.ts';
import { blocksOf, satisfied } from '../../src/model/verdict.ts';
import { members, restore, stopped, untouched } from '../steps/restore-values.ts';
import { bound, onControlPlane } from '../steps/values.ts';

const step = bound(restorableEtcd, { restore, members: members(3) }, onControlPlane());
const unit = { active: true, subState: 'running', needsReload: false, result: 'success' };
const told = (seen: object): readonly string[] => {
  const verdict = step.check({ restores: untouched, unit, ...seen });
  return verdict.kind === 'blocked' ? blocksOf(verdict).map(({ because }) => because) : [];
};

describe('restorable-etcd', () => {
  it('passes what runs, and what a restore has stopped already', () => {
    expect(step.check({ restores: untouched, unit })).toEqual(satisfied);
    expect(step.check({ restores: stopped('staged'), unit })).toEqual(satisfied);
  });

  it('refuses external etcd, and says how it is done', () => {
    const { etcd: _etcd, ...manifests } = untouched.manifests;
    const verdict = step.check({ restores: { ...untouched, manifests, flags: {} }, unit });
    expect(verdict).toMatchObject({
      because: 'paris-cp1 has no manifest of etcd: external etcd is not restored by nodeops yet',
      fix: expect.stringContaining('by hand: stop every API server'),
    });
  });

  it.each([
    [
      'a manifest that is nowhere',
      { restores: { ...untouched, manifests: { ...untouched.manifests, 'kube-scheduler': undefined } } },
      'kube-scheduler.yaml is not in /etc/kubernetes/manifests of paris-cp1',
    ],
    [
      'a log elsewhere',
      { restores: { ...untouched, flags: { ...untouched.flags, 'wal-dir': '/wal' } } },
      'etcd on paris-cp1 keeps its log elsewhere (--wal-dir=/wal): that is not restored by nodeops yet',
    ],
    [
      'another member than was planned',
      { restores: { ...untouched, flags: { ...untouched.flags, name: 'cp9' } } },
      `the manifest of etcd on paris-cp1 starts cp9 at https://172.31.0.11:2380; what is restored is ${members(3)}`,
    ],
    [
      'a restore with the same number',
      { restores: { ...untouched, restores: [{ name: '1-2026-11-20-000000-0000', marks: [] }] } },
      'another restore was begun on paris-cp1 meanwhile: 1-2026-11-20-000000-0000',
    ],
    [
      'a kubelet that does not run',
      { unit: { ...unit, active: false, subState: 'dead' } },
      'the kubelet of paris-cp1 does not run (dead): nothing would end or start its static pods',
    ],
  ])('%s', (_what, seen, because) => expect(told(seen)).toEqual([because]));
});
