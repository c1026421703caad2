import { describe, expect, it } from 'vitest';
import { versionWay } from '../../src/gates/version-way.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, kubeadmConfigOf, nodeObject, onCluster } from '../steps/values.ts';

const judge = (to: string, from: string, ...kubelets: readonly string[]) =>
  bound(versionWay, { version: to }, onCluster).check({
    config: kubeadmConfigOf(from),
    nodes: kubelets.map((kubeletVersion, index) => nodeObject(`w${index + 1}`, { kubeletVersion })),
  });

const back = (current: string, version = '1.36.3'): string =>
  `an upgrade never goes back; to go back to what was before one: nodeops rollback --to ${version}; otherwise name ${current} or a newer version`;

describe('version-way', () => {
  it.each([
    ['1.36.3', '1.35.4', ['1.35.4'], satisfied],
    ['1.36.3', '1.36.3', ['1.36.3'], satisfied],
    ['1.36.3', '1.36.0', ['1.36.0', '1.36.3'], satisfied],
    ['1.36.3', '1.36.3', ['1.33.13', '1.35.4'], satisfied],
    ['1.36.3', '1.36.4', ['1.36.3'], blocked('paris is on 1.36.4: 1.36.3 would be a way back', back('1.36.4'))],
    [
      '1.35.4',
      '1.36.0',
      ['1.35.4'],
      blocked('paris is on 1.36.0: 1.35.4 would be a way back', back('1.36.0', '1.35.4')),
    ],
    [
      '1.36.3',
      '1.34.9',
      ['1.34.9'],
      blocked(
        '1.36.3 is 2 minors above 1.34.9, and kubeadm goes one at a time',
        'with all control planes the run goes over 1.35 by itself: leave out --limit and --only',
      ),
    ],
    [
      '1.36.3',
      '1.36.0',
      ['1.36.4'],
      blocked(
        'the kubelets of w1 (1.36.4) are newer than 1.36.3',
        'a kubelet must not be newer than its API server: choose a version at least as new',
      ),
    ],
    [
      '1.36.3',
      '1.35.4',
      ['1.35.4', '1.32.9', '1.31.1'],
      blocked(
        'the kubelets of w2 (1.32.9), w3 (1.31.1) would be more than 3 minors behind',
        'bring them up first: nodeops upgrade --to 1.35.4 --only workers',
      ),
    ],
    [
      '1.24.9',
      '1.24.0',
      ['1.21.14'],
      blocked(
        'the kubelets of w1 (1.21.14) would be more than 2 minors behind',
        'bring them up first: nodeops upgrade --to 1.24.0 --only workers',
      ),
    ],
    ['1.25.0', '1.24.9', ['1.22.17'], satisfied],
  ])('to %s from %s with kubelets %j', (to, from, kubelets, verdict) =>
    expect(judge(to, from, ...kubelets)).toEqual(verdict),
  );

  it.each([
    ['1.36.3', '1.35.4', '1.35.4', satisfied],
    [
      '1.36.3',
      '1.35.4',
      '1.34.4',
      blocked(
        'the kubelets of cp1 (1.34.4) are older than 1.35.4, and a control plane goes one minor at a time',
        'bring them up first: nodeops upgrade --to 1.35.4; a run over all control planes does so by itself',
      ),
    ],
    ['1.35.6', '1.35.4', '1.34.4', satisfied],
  ])('to %s from %s with a control plane whose kubelet is %s', (to, from, kubeletVersion, verdict) => {
    const nodes = [nodeObject('cp1', { kubeletVersion, controlPlane: true })];
    expect(bound(versionWay, { version: to }, onCluster).check({ config: kubeadmConfigOf(from), nodes })).toEqual(
      verdict,
    );
  });
});
