import { describe, expect, it } from 'vitest';
import { targetPackages } from '../../src/gates/target-packages.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { pointWithDebs } from '../steps/points.ts';
import { bound, onWorker, target } from '../steps/values.ts';

const gate = bound(targetPackages, { version: target }, onWorker());
const packages = (versions: Readonly<Record<string, string>>) => ({
  audit: '',
  installed: Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [name, { version, status: 'hi', held: true }]),
  ),
});
const old = packages({ kubeadm: '1.35.4-1.1', kubelet: '1.35.4-1.1', kubectl: '1.35.4-1.1' });
const offers = (...versions: readonly string[]) => ({
  minor: '1.36',
  offers: Object.fromEntries(['kubeadm', 'kubelet', 'kubectl'].map((name) => [name, versions])),
});
const pin = (pattern: string) => ({
  package: pattern,
  pin: 'version 1.35.*',
  priority: 1001,
  file: '/etc/apt/preferences',
  line: 3,
});
const pinned = (pattern: string) => ({
  because: `paris-w1: ${pattern} is pinned to version 1.35.* (/etc/apt/preferences:3, priority 1001)`,
  fix: 'an exact version goes before a pin, so that the upgrade works; bring the pin up to date before the next apt upgrade',
});
const missing = (names: string, has: string) => ({
  because: `paris-w1: the repository of v1.36 does not offer ${names} 1.36.3 (it has ${has})`,
  fix: 'choose one of these with --to, or bring the mirror up to date',
});

describe('target-packages', () => {
  it.each([
    ['offered', { state: old, offered: offers('1.36.3-1.1'), pins: [] }, satisfied],
    ['a later packaging of it', { state: old, offered: offers('1.36.3-2.1', '1.36.1-1.1'), pins: [] }, satisfied],
    [
      'not offered',
      { state: old, offered: offers('1.36.2-1.1', '1.36.1-1.1'), pins: [] },
      judged([missing('kubeadm, kubelet, kubectl', '1.36.2, 1.36.1')], []),
    ],
    [
      'kubectl is not there, and not wanted',
      {
        state: packages({ kubeadm: '1.35.4-1.1', kubelet: '1.35.4-1.1' }),
        offered: { minor: '1.36', offers: { kubeadm: ['1.36.3-1.1'] } },
        pins: [],
      },
      judged([missing('kubelet', '1.36.3')], []),
    ],
    [
      'the repository cannot be read',
      { state: old, offered: { minor: '1.36', offers: {}, problem: 'E: 404' }, pins: [] },
      judged(
        [
          {
            because: 'paris-w1: the repository of v1.36 cannot be read: E: 404',
            fix: 'see which source it is with `nodeops facts`, and try `apt-get update` on the node',
          },
        ],
        [],
      ),
    ],
    ['no repository of Kubernetes: for the step that switches it to say', { state: old, pins: [] }, satisfied],
    [
      'what is there already needs no repository',
      {
        state: packages({ kubeadm: '1.36.3-1.1', kubelet: '1.36.3-1.1', kubectl: '1.36.3-1.1' }),
        offered: offers(),
        pins: [pin('*')],
      },
      satisfied,
    ],
    [
      'pins that concern it',
      {
        state: old,
        offered: offers('1.36.3-1.1'),
        pins: [pin('kube*'), pin('kubeadm'), pin('*'), pin('nginx'), pin('/kube/')],
      },
      judged([], [pinned('kube*'), pinned('kubeadm'), pinned('*')]),
    ],
  ])('%s', (_what, facts, verdict) => expect(gate.check({ points: [], ...facts })).toEqual(verdict));

  const gone = { minor: '1.35', offers: {}, problem: 'E: 404' };
  const newer = packages({ kubeadm: '1.36.3-1.1', kubelet: '1.36.3-1.1', kubectl: '1.36.3-1.1' });
  it.each([
    ['of a way back: kept on the node', { downgrade: true }, [pointWithDebs()], satisfied],
    [
      'kept of another version',
      { downgrade: true },
      [pointWithDebs({ debs: {} })],
      expect.objectContaining({ kind: 'blocked' }),
    ],
    ['an upgrade does not take what was kept', {}, [pointWithDebs()], expect.objectContaining({ kind: 'blocked' })],
  ])('%s', (_what, wish, points, verdict) =>
    expect(
      bound(targetPackages, { version: '1.35.4', ...wish }, onWorker()).check({
        state: newer,
        offered: gone,
        pins: [],
        points,
      }),
    ).toEqual(verdict),
  );
});
