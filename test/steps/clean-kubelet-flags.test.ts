import { describe, expect, it } from 'vitest';
import { cleanKubeletFlags } from '../../src/steps/clean-kubelet-flags.ts';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from './values.ts';

const file = '/var/lib/kubelet/kubeadm-flags.env';
const pause = '--pod-infra-container-image=registry.k8s.io/pause:3.10.1';
const flagsOf = (kubeadmFlags: readonly string[], extraArgs: readonly string[] = []) => ({
  kubeadmFlags,
  extraArgs,
  files: { [file]: `KUBELET_KUBEADM_ARGS="${kubeadmFlags.join(' ')}"\n` },
});
const on = (version: string) => bound(cleanKubeletFlags, { version }, onWorker());
const cleaned = needed(`take --pod-infra-container-image out of ${file}`);

describe('clean-kubelet-flags', () => {
  it.each([
    ['nothing to clean', '1.36.3', { flags: flagsOf([]), refused: {} }, satisfied],
    ['what the skipped kubeadm would have cleaned', '1.36.3', { flags: flagsOf([pause]), refused: {} }, cleaned],
    [
      'and the installed kubelet says so itself',
      '1.36.3',
      { flags: flagsOf(['--v=2', pause]), refused: { flag: '--pod-infra-container-image' } },
      cleaned,
    ],
    ['the kubeadm of that hop cleans it by itself', '1.35.4', { flags: flagsOf([pause]), refused: {} }, satisfied],
    [
      'a flag that people wrote',
      '1.36.3',
      { flags: flagsOf([], ['--bogus=1']), refused: { flag: '--bogus' } },
      blocked(
        'paris-w1: the kubelet that is installed does not know --bogus, and would not start',
        'take it out of /etc/default/kubelet on paris-w1; what takes its place: kubernetes.io, kubelet, "Command line tools reference"',
      ),
    ],
    [
      'one of kubeadm’s that nobody is known to clean',
      '1.36.3',
      { flags: flagsOf(['--bogus=1']), refused: { flag: '--bogus' } },
      blocked(
        'paris-w1: the kubelet that is installed does not know --bogus, and would not start',
        `take it out of ${file} on paris-w1; what takes its place: kubernetes.io, kubelet, "Command line tools reference"`,
      ),
    ],
  ])('%s', (_what, version, seen, verdict) => expect(on(version).check(seen)).toEqual(verdict));

  it.each([
    ['alone', [pause], 'KUBELET_KUBEADM_ARGS=""\n'],
    ['first', [pause, '--v=2'], 'KUBELET_KUBEADM_ARGS="--v=2"\n'],
    ['last', ['--v=2', pause], 'KUBELET_KUBEADM_ARGS="--v=2"\n'],
    ['between', ['--v=2', pause, '--node-ip=::1'], 'KUBELET_KUBEADM_ARGS="--v=2 --node-ip=::1"\n'],
  ])('leaves the others where it stands %s', (_where, flags, content) => {
    const step = cleanKubeletFlags.bind({ version: '1.36.3' }, onWorker());
    const seen = { flags: flagsOf(flags), refused: {} };
    expect(step.apply(seen, { node: 'paris-cp1', apiServer: '' })).toEqual([
      { do: 'put', on: 'paris-w1', path: file, mode: 0o644, content },
    ]);
    expect(step.check(step.expect(seen))).toEqual(satisfied);
  });
});
