import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { restartCertificateUsers } from '../../src/steps/restart-certificate-users.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(restartCertificateUsers, { maintenance: 'm1' }, onControlPlane());
const user = (name: string, pid: number, change: object = {}) => ({
  name,
  pid,
  startedAt: 2000,
  newestAt: 1000,
  ...change,
});
const stale = { startedAt: 1000, newestAt: 2000 };
const well = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name, index) =>
  user(name, 800 + index),
);

describe('restart-certificate-users', () => {
  it.each([
    ['all began after their certificates', { users: well, renewed: true }, satisfied],
    [
      'in the same second',
      { users: [user('etcd', 8, { newestAt: 2000 }), ...well.slice(1)], renewed: true },
      satisfied,
    ],
    [
      'some did not',
      { users: [user('etcd', 8, stale), ...well.slice(1, 3), user('kube-scheduler', 9, stale)], renewed: true },
      needed('restart etcd, kube-scheduler: they began before their certificates were written'),
    ],
    [
      'a person renewed them, and forgot to',
      { users: [user('kube-apiserver', 9, stale)], renewed: false },
      needed('restart kube-apiserver: they began before their certificates were written'),
    ],
    ['external etcd, and nothing to do', { users: well.slice(1), renewed: true }, satisfied],
    ['nothing was renewed, and one is away', { users: well.slice(0, 2), renewed: false }, satisfied],
    [
      'one is away',
      { users: well.slice(0, 3), renewed: true },
      {
        kind: 'pending',
        waitingFor: 'kube-scheduler on paris-cp1 to run',
        fix: 'see why: journalctl -u kubelet on paris-cp1',
      },
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('etcd and the API server go together, the others after they are back; those that began anew are left alone', () => {
    const users = well.map((each) => ({ ...each, ...stale }));
    const [line = ''] = step.typed({ users, renewed: true });
    const order = [...line.matchAll(/kill -TERM (\d+)|^anew \S+ (\d+)/gm)].map(([whole]) => whole.split(' ').at(-1));
    expect(order).toEqual(['800', '801', '800', '801', '802', '803', '802', '803']);
    expect(line).toContain('! runs etcd 800 || kill -TERM 800');
  });
});
