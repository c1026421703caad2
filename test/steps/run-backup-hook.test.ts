import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runBackupHook } from '../../src/steps/run-backup-hook.ts';
import { bound, onCluster } from './values.ts';

const hook = (place: object, argv = ['sh', '-ec', 'pg_dump shop\nsync']) => ({
  name: 'shop-db',
  argv,
  place,
  covers: [{ kind: 'named', claim: 'shop/data' }],
  timeoutMs: 90_500,
});
const step = (place: object) =>
  bound(runBackupHook, { run: 'r1', hook: hook(place), controlPlaneNames: ['paris-cp1'] }, onCluster);
const here = step({ kind: 'operator', directory: '/fleet' });
const told = 'NODEOPS_CLUSTER=paris NODEOPS_BACKUP=r1';
const script = "sh -ec 'pg_dump shop\nsync'";
const limit = 'timeout --kill-after=30 91';

describe('run-backup-hook', () => {
  it('has not run', () => expect(here.check({ outcomes: [] })).toEqual(needed('run sh -ec pg_dump shop')));
  it('has run', () =>
    expect(here.check({ outcomes: [{ hook: 'shop-db', ok: true, trouble: '' }] })).toEqual(satisfied));
  it('another one has run', () =>
    expect(here.check({ outcomes: [{ hook: 'other', ok: true, trouble: '' }] }).kind).toBe('needed'));

  it('one that failed has had its turn, and is told', () =>
    expect(here.check({ outcomes: [{ hook: 'shop-db', ok: false, trouble: 'rc 3: refused' }] })).toEqual({
      kind: 'satisfied',
      warnings: [{ because: 'the hook shop-db failed: rc 3: refused', fix: '' }],
    }));

  it.each([
    ['this machine', here, [`this machine: ${told} ${script}`]],
    [
      'a control plane that answers, where kubectl finds the cluster',
      step({ kind: 'control-plane' }),
      [`paris-cp1: ${told} KUBECONFIG=/etc/kubernetes/admin.conf ${limit} ${script}`],
    ],
    [
      'a control plane by its name',
      step({ kind: 'node', node: 'paris-cp1' }),
      [`paris-cp1: ${told} KUBECONFIG=/etc/kubernetes/admin.conf ${limit} ${script}`],
    ],
    ['a worker', step({ kind: 'node', node: 'paris-w1' }), [`paris-w1: ${told} ${limit} ${script}`]],
  ])('is run on %s', (_where, of, typed) => expect(of.typed({ outcomes: [] })).toEqual(typed));

  it('on a node it outlives the connection, and its limit that of timeout(1)', () => {
    const [action] = runBackupHook
      .bind({ run: 'r1', hook: hook({ kind: 'node', node: 'paris-w1' }), controlPlaneNames: [] }, onCluster)
      .apply({ outcomes: [] }, { node: 'paris-cp1', apiServer: '' });
    expect(action).toMatchObject({ do: 'hook', command: { lifetime: 'detached', become: true, timeoutMs: 150_500 } });
  });

  it('here it is run in the directory of the inventory, as whoever runs nodeops', () => {
    const [action] = runBackupHook
      .bind({ run: 'r1', hook: hook({ kind: 'operator', directory: '/fleet' }), controlPlaneNames: [] }, onCluster)
      .apply({ outcomes: [] }, { node: 'paris-cp1', apiServer: '' });
    expect(action).toMatchObject({ directory: '/fleet', command: { become: false, timeoutMs: 90_500 } });
  });
});
