import { z } from 'zod';
import { extraArgsOf, type ConfiguredSection } from '../facts/extra-args.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import type { TargetAnswers } from '../facts/target-answers.ts';
import { componentNames, targetComponents, type ComponentName } from '../facts/target-components.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied, type Trouble } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

const sections: Readonly<Record<ComponentName, ConfiguredSection>> = {
  'kube-apiserver': 'apiServer',
  'kube-controller-manager': 'controllerManager',
  'kube-scheduler': 'scheduler',
};

const edit = 'kubectl -n kube-system edit configmap kubeadm-config';

interface Asked {
  readonly name: ComponentName;
  readonly raw: string;
  readonly version: Version;
  readonly on: NodeSubject;
}

/** Where a flag of one of the manifests that kubeadm would write comes from, and how it goes. */
const originOf = (flag: string, { name, raw, on }: Asked): { readonly place: string; readonly fix: string } => {
  const section = sections[name];
  const { patches } = on.kubeadm;
  if (extraArgsOf(raw, section).includes(flag.replace(/^--/, '')))
    return {
      place: `${section}.extraArgs in kubeadm-config`,
      fix: `take it out of ${section}.extraArgs (${edit}), and out of /etc/kubernetes/manifests/${name}.yaml on each control plane`,
    };
  if (patches !== undefined)
    return {
      place: `the patches in ${patches}`,
      fix: `take it out of the patches in ${patches} on ${on.node}, and out of /etc/kubernetes/manifests/${name}.yaml`,
    };
  return {
    place: 'as kubeadm writes it',
    fix: `see what makes kubeadm write it: ${edit}`,
  };
};

const troublesOf = ({ flags, gates, plugins, refused }: TargetAnswers, asked: Asked): readonly Trouble[] => {
  const { name, version, on } = asked;
  const program = `${on.node}: ${name} ${version}`;
  const gatesFrom = originOf('--feature-gates', asked);
  const plugged = (plugin: string): Trouble => {
    const { fix } = originOf('--enable-admission-plugins', asked);
    return {
      because: `${program} has no admission plug-in ${plugin}, and would not start`,
      fix: `${fix}: --enable-admission-plugins, --disable-admission-plugins`,
    };
  };
  return [
    ...flags.map((flag) => {
      const { place, fix } = originOf(flag, asked);
      return { because: `${program} does not know ${flag} (${place}), and would not start`, fix };
    }),
    ...gates.map((gate) => ({
      because: `${program} does not take the feature gate ${gate.name}=${gate.value} (${gatesFrom.place}), and would not start: ${gate.says}`,
      fix: gatesFrom.fix,
    })),
    ...plugins.map(plugged),
    ...refused.map((says) => ({
      because: `${program} does not take its flags, and would not start: ${says}`,
      fix: `correct ${sections[name]}.extraArgs (${edit})${on.kubeadm.patches === undefined ? '' : `, or the patches in ${on.kubeadm.patches}`}`,
    })),
  ];
};

/**
 * The API server, controller manager and scheduler of the target take the flags, feature gates and admission plug-ins
 * with which the upgrade would start them. They are asked as soon as their images were pulled, before anything is touched.
 */
export const controlPlaneTakesFlags = defineStep({
  id: 'control-plane-takes-flags',
  subject: 'node',
  title: ({ version }) => `flags that the control plane of ${version} takes`,
  with: z.strictObject({ version: z.string() }),
  detect: ({ version }, on: NodeSubject) => ({
    answers: targetComponents(version, on.kubeadm.patches),
    config: kubeadmConfig,
  }),
  optional: ['answers'],

  check: ({ answers, config }, { version }, on) =>
    answers === undefined || on.role === 'worker'
      ? satisfied
      : judged(
          componentNames.flatMap((name) => troublesOf(answers[name], { name, raw: config.raw, version, on })),
          [],
        ),

  // Images and archives come and go.
  unheld: true,
  waivable: true,
  explain: {
    why: 'A static pod that meets a flag which it does not know never starts: kubeadm waits for five minutes, and takes the control plane back.',
    source: 'kubernetes.io, Reconfiguring a kubeadm cluster; Feature Gates (removed); tried on the lab, 1.34 to 1.36',
    type: [
      'T/usr/bin/kubeadm init phase control-plane all --dry-run --config CONFIG',
      'ctr -n k8s.io images mount registry.k8s.io/kube-apiserver:v1.36.3 M',
      'M/usr/local/bin/kube-apiserver FLAGS --version',
    ],
  },
});
