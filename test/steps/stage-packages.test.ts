import { describe, expect, it } from 'vitest';
import { downloadPackages } from '../../src/commands/stage.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { stagePackages } from '../../src/steps/stage-packages.ts';
import { bound, offersOf, old, onWorker, packagesOf, target } from './values.ts';

const step = bound(stagePackages, { version: target, lockSeconds: 300 }, onWorker());
const seen = { state: packagesOf(old), offered: offersOf('1.36.4', target), there: {} };
const has = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { '1.36.3-1.1': `${name}_1.36.3-1.1_amd64.deb` }]));

describe('stage-packages', () => {
  it.each([
    ['nothing is there', seen, needed('download kubeadm, kubelet, kubectl')],
    ['one is there', { ...seen, there: has('kubelet') }, needed('download kubeadm, kubectl')],
    [
      'another version of it is',
      { ...seen, there: { kubeadm: { '1.35.4-1.1': 'x' } } },
      needed('download kubeadm, kubelet, kubectl'),
    ],
    ['all are there', { ...seen, there: has('kubeadm', 'kubelet', 'kubectl') }, satisfied],
    ['it is upgraded already', { ...seen, state: packagesOf(target) }, satisfied],
    [
      'a dpkg that was killed comes first',
      { ...seen, state: { ...seen.state, audit: 'kubeadm is unpacked' } },
      satisfied,
    ],
    ['no source of Kubernetes packages is another step’s to tell', { ...seen, offered: undefined }, satisfied],
    ['the gate says what the repository does not offer', { ...seen, offered: offersOf('1.36.4') }, satisfied],
    [
      'no kubectl on this worker',
      {
        ...seen,
        state: {
          ...packagesOf(old),
          installed: { kubeadm: packagesOf(old).installed['kubeadm'], kubelet: packagesOf(old).installed['kubelet'] },
        },
      },
      needed('download kubeadm, kubelet'),
    ],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('downloads exact versions through a private apt root, and installs nothing', () => {
    const command = downloadPackages([{ name: 'kubeadm', version: '1.36.3-1.1' }], { minor: '1.36', lockSeconds: 300 });
    const there = has('kubelet', 'kubectl');
    expect(step.typed({ ...seen, there })).toEqual([
      `paris-w1: DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 ${quote(command.argv)}`,
    ]);
    expect(command.argv[2]).toContain('--download-only');
    expect(command.argv[2]).not.toMatch(/apt-get (?!-c "\$T)/);
  });

  it('is no write that an upgrade is about', () => expect(step.preparing).toBe(true));
});
