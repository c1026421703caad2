import { describe, expect, it } from 'vitest';
import type { KubeletConfig } from '../../src/facts/kubelet-config.ts';
import type { TargetAnswers } from '../../src/facts/target-answers.ts';
import { kubeletTakesFlags } from '../../src/gates/kubelet-takes-flags.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker, target } from '../steps/values.ts';

const gate = bound(kubeletTakesFlags, { version: target }, onWorker());
const pause = '--pod-infra-container-image';
const configMap = 'kubectl -n kube-system edit configmap kubelet-config';

const seen = (
  answers: Partial<TargetAnswers>,
  {
    config = {},
    kubeadmFlags = [],
    extraArgs = [],
  }: {
    readonly config?: Partial<KubeletConfig>;
    readonly kubeadmFlags?: readonly string[];
    readonly extraArgs?: readonly string[];
  } = {},
) => ({
  answers: { flags: [], gates: [], plugins: [], refused: [], ...answers },
  flags: { kubeadmFlags, extraArgs, files: {} },
  config: { raw: '', ...config },
});

const gone = {
  where: 'config',
  name: 'InTreePluginPortworxUnregister',
  value: 'true',
  says: 'unrecognized feature gate: InTreePluginPortworxUnregister',
};
const unknownGate =
  'paris-w1: kubelet 1.36.3 does not take the feature gate InTreePluginPortworxUnregister=true (featureGates in /var/lib/kubelet/config.yaml), and would not start: unrecognized feature gate: InTreePluginPortworxUnregister';
const unknownFlag = (flag: string, file: string) => ({
  because: `paris-w1: kubelet 1.36.3 does not know ${flag} (${file}), and would not start`,
  fix: `take it out of ${file} on paris-w1; what takes its place: kubernetes.io, kubelet, "Command line tools reference"`,
});

describe('kubelet-takes-flags', () => {
  it.each([
    ['it takes all of them', seen({}), satisfied],
    ['nothing was downloaded, or it runs already', { ...seen({}), answers: undefined }, satisfied],
    [
      'a flag that people wrote',
      seen({ flags: [pause] }, { extraArgs: [`${pause}=x`] }),
      judged([unknownFlag(pause, '/etc/default/kubelet')], []),
    ],
    [
      'a flag of kubeadm’s own that nobody takes out',
      seen({ flags: ['--bogus'] }, { kubeadmFlags: ['--bogus=1'] }),
      judged([unknownFlag('--bogus', '/var/lib/kubelet/kubeadm-flags.env')], []),
    ],
    ['one that the upgrade takes out', seen({ flags: [pause] }, { kubeadmFlags: [`${pause}=x`] }), satisfied],
    [
      'the same one, written by people as well',
      seen({ flags: [pause] }, { kubeadmFlags: [`${pause}=x`], extraArgs: [pause, 'x'] }),
      judged([unknownFlag(pause, '/etc/default/kubelet')], []),
    ],
    [
      'a feature gate that is gone',
      seen({ gates: [gone] }, { config: { featureGates: ['InTreePluginPortworxUnregister'] } }),
      judged(
        [
          {
            because: unknownGate,
            fix: `take it out of the ConfigMap that the upgrade writes this file from (${configMap})`,
          },
        ],
        [],
      ),
    ],
    [
      'one that the upgrade writes no longer',
      seen({ gates: [gone] }, { config: { featureGates: ['Other'] } }),
      satisfied,
    ],
    [
      'a feature gate on the command line that cannot be changed any more',
      seen({
        gates: [
          {
            where: 'flags',
            name: 'KubeletTracing',
            value: 'false',
            says: 'cannot set feature gate KubeletTracing to false, feature is locked to true',
          },
        ],
      }),
      judged(
        [
          {
            because:
              'paris-w1: kubelet 1.36.3 does not take the feature gate KubeletTracing=false (--feature-gates in /etc/default/kubelet), and would not start: cannot set feature gate KubeletTracing to false, feature is locked to true',
            fix: 'take it out of /etc/default/kubelet on paris-w1',
          },
        ],
        [],
      ),
    ],
    [
      'a value that it does not take, and a flag: both are told',
      seen({ flags: ['--bogus'], refused: ['invalid argument "x" for "-v, --v" flag'] }, { extraArgs: ['--bogus'] }),
      judged(
        [
          unknownFlag('--bogus', '/etc/default/kubelet'),
          {
            because:
              'paris-w1: kubelet 1.36.3 does not take its flags, and would not start: invalid argument "x" for "-v, --v" flag',
            fix: `correct /etc/default/kubelet on paris-w1, or featureGates of the kubelet (${configMap})`,
          },
        ],
        [],
      ),
    ],
  ])('%s', (_what, facts, verdict) => expect(gate.check(facts)).toEqual(verdict));

  it('a flag that only a later kubeadm takes out stays one', () => {
    const step = bound(kubeletTakesFlags, { version: '1.34.4' }, onWorker());
    expect(step.check(seen({ flags: [pause] }, { kubeadmFlags: [`${pause}=x`] })).kind).toBe('blocked');
  });

  it('patches may put it there: then the file counts', () => {
    const on = onWorker('paris-w1', { ignorePreflightErrors: [], patches: '/etc/kubernetes/patches' });
    expect(bound(kubeletTakesFlags, { version: target }, on).check(seen({ gates: [gone] }))).toEqual(
      judged(
        [
          {
            because: unknownGate,
            fix: `take it out of the ConfigMap that the upgrade writes this file from (${configMap}), or of the patches in /etc/kubernetes/patches`,
          },
        ],
        [],
      ),
    );
  });
});
