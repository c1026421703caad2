import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { holdPackages } from '../../src/steps/hold-packages.ts';
import { bound, onWorker } from './values.ts';

const step = bound(holdPackages, { lockSeconds: 300 }, onWorker());
const there = { version: '1.36.3-1.1', status: 'ii', held: false };
const held = { ...there, status: 'hi', held: true };
const seen = (installed: Readonly<Record<string, typeof there>>) => ({ packages: { installed, audit: '' } });

describe('hold-packages', () => {
  it('holds what is there, and nothing that only left its configuration', () => {
    const some = seen({ kubeadm: there, kubelet: held, kubectl: { ...there, status: 'rc' }, 'cri-tools': there });
    expect(step.check(some)).toEqual({ kind: 'needed', changes: ['hold kubeadm, cri-tools'] });
    expect(step.typed(some).join()).toContain('apt-mark hold kubeadm cri-tools');
  });

  it('has nothing to do where all are held', () =>
    expect(step.check(seen({ kubeadm: held, kubelet: held }))).toEqual(satisfied));
});
