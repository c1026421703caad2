import { describe, expect, it } from 'vitest';
import type { TargetAnswers } from '../../src/facts/target-answers.ts';
import type { ComponentName } from '../../src/facts/target-components.ts';
import { controlPlaneTakesFlags } from '../../src/gates/control-plane-takes-flags.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onControlPlane, onWorker, target } from '../steps/values.ts';

const gate = bound(controlPlaneTakesFlags, { version: target }, onControlPlane());
const nothing: TargetAnswers = { flags: [], gates: [], plugins: [], refused: [] };
const configured = `apiVersion: kubeadm.k8s.io/v1beta4
apiServer:
  extraArgs:
  - name: no-such-flag
    value: "1"
  - name: feature-gates
    value: NoSuch=true
  - name: enable-admission-plugins
    value: PodSecurityPolicy
`;
const edit = 'kubectl -n kube-system edit configmap kubeadm-config';
const fromExtraArgs = `take it out of apiServer.extraArgs (${edit}), and out of /etc/kubernetes/manifests/kube-apiserver.yaml on each control plane`;

const seen = (name: ComponentName, answers: Partial<TargetAnswers>, raw = configured) => ({
  answers: {
    'kube-apiserver': nothing,
    'kube-controller-manager': nothing,
    'kube-scheduler': nothing,
    [name]: { ...nothing, ...answers },
  },
  config: { raw },
});
const noSuch = { where: 'flags', name: 'NoSuch', value: 'true', says: 'unrecognized feature gate: NoSuch' };

describe('control-plane-takes-flags', () => {
  it.each([
    ['they take all of them', seen('kube-scheduler', {}), satisfied],
    ['nothing was pulled, or they run already', { config: { raw: configured } }, satisfied],
    [
      'a flag, a feature gate and an admission plug-in of the API server: all are told',
      seen('kube-apiserver', { flags: ['--no-such-flag'], gates: [noSuch], plugins: ['PodSecurityPolicy'] }),
      judged(
        [
          {
            because:
              'paris-cp1: kube-apiserver 1.36.3 does not know --no-such-flag (apiServer.extraArgs in kubeadm-config), and would not start',
            fix: fromExtraArgs,
          },
          {
            because:
              'paris-cp1: kube-apiserver 1.36.3 does not take the feature gate NoSuch=true (apiServer.extraArgs in kubeadm-config), and would not start: unrecognized feature gate: NoSuch',
            fix: fromExtraArgs,
          },
          {
            because: 'paris-cp1: kube-apiserver 1.36.3 has no admission plug-in PodSecurityPolicy, and would not start',
            fix: `${fromExtraArgs}: --enable-admission-plugins, --disable-admission-plugins`,
          },
        ],
        [],
      ),
    ],
    [
      'a flag that is not among the extra arguments of its own section',
      seen('kube-scheduler', { flags: ['--no-such-flag'] }),
      judged(
        [
          {
            because:
              'paris-cp1: kube-scheduler 1.36.3 does not know --no-such-flag (as kubeadm writes it), and would not start',
            fix: `see what makes kubeadm write it: ${edit}`,
          },
        ],
        [],
      ),
    ],
    [
      'a value that it does not take',
      seen('kube-controller-manager', { refused: ['invalid argument "x" for "-v, --v" flag'] }),
      judged(
        [
          {
            because:
              'paris-cp1: kube-controller-manager 1.36.3 does not take its flags, and would not start: invalid argument "x" for "-v, --v" flag',
            fix: `correct controllerManager.extraArgs (${edit})`,
          },
        ],
        [],
      ),
    ],
  ])('%s', (_what, facts, verdict) => expect(gate.check(facts)).toEqual(verdict));

  it('names the patches of the inventory, and asks with them', () => {
    const on = onControlPlane('paris-cp1', { ignorePreflightErrors: [], patches: '/etc/kubernetes/patches' });
    const patched = bound(controlPlaneTakesFlags, { version: target }, on);
    expect(patched.check(seen('kube-apiserver', { flags: ['--gone'] }))).toEqual(
      judged(
        [
          {
            because:
              'paris-cp1: kube-apiserver 1.36.3 does not know --gone (the patches in /etc/kubernetes/patches), and would not start',
            fix: 'take it out of the patches in /etc/kubernetes/patches on paris-cp1, and out of /etc/kubernetes/manifests/kube-apiserver.yaml',
          },
        ],
        [],
      ),
    );
    expect(controlPlaneTakesFlags.bind({ version: target }, on).facts['answers']?.key).toBe(
      'target-components 1.36.3 /etc/kubernetes/patches',
    );
  });

  it('is nothing that a worker is asked', () => {
    const step = bound(controlPlaneTakesFlags, { version: target }, onWorker());
    expect(step.check(seen('kube-apiserver', { flags: ['--gone'] }))).toEqual(satisfied);
  });
});
