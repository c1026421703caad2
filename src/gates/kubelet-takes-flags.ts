import { z } from 'zod';
import { kubeletConfig, type KubeletConfig } from '../facts/kubelet-config.ts';
import { kubeletFlags, type KubeletFlags } from '../facts/kubelet-flags.ts';
import type { RefusedGate } from '../facts/target-answers.ts';
import { targetKubelet } from '../facts/target-kubelet.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied, type Trouble } from '../model/verdict.ts';
import { minorsBetween, type Version } from '../model/version.ts';
import { cleanedFlags } from '../steps/cleaned-flags.ts';
import { defineStep } from '../steps/step.ts';

const kubeadmFile = '/var/lib/kubelet/kubeadm-flags.env';
const operatorFile = '/etc/default/kubelet';
const configFile = '/var/lib/kubelet/config.yaml';
const configMap = 'kubectl -n kube-system edit configmap kubelet-config';

interface Sight {
  readonly flags: KubeletFlags;
  readonly config: KubeletConfig;
}

const has = (args: readonly string[], flag: string): boolean =>
  args.some((each) => each === flag || each.startsWith(`${flag}=`));

const flagTrouble = (flag: string, { flags }: Sight, on: NodeSubject, version: Version): readonly Trouble[] => {
  const byPeople = has(flags.extraArgs, flag);
  const goes = cleanedFlags.some((each) => each.flag === flag && minorsBetween(each.by, version) >= 0);
  if (!byPeople && goes) return [];
  const file = byPeople ? operatorFile : kubeadmFile;
  return [
    {
      because: `${on.node}: kubelet ${version} does not know ${flag} (${file}), and would not start`,
      fix: `take it out of ${file} on ${on.node}; what takes its place: kubernetes.io, kubelet, "Command line tools reference"`,
    },
  ];
};

/** kubeadm writes the file anew from the ConfigMap: what stands in the file alone goes by itself, but for patches. */
const staysInFile = (name: string, { config }: Sight, on: NodeSubject): boolean =>
  on.kubeadm.patches !== undefined || config.featureGates?.includes(name) === true;

const gateTrouble = (gate: RefusedGate, seen: Sight, on: NodeSubject, version: Version): readonly Trouble[] => {
  const setting = `the feature gate ${gate.name}=${gate.value}`;
  if (gate.where === 'flags')
    return [
      {
        because: `${on.node}: kubelet ${version} does not take ${setting} (--feature-gates in ${operatorFile}), and would not start: ${gate.says}`,
        fix: `take it out of ${operatorFile} on ${on.node}`,
      },
    ];
  if (!staysInFile(gate.name, seen, on)) return [];
  const patches = on.kubeadm.patches === undefined ? '' : `, or of the patches in ${on.kubeadm.patches}`;
  return [
    {
      because: `${on.node}: kubelet ${version} does not take ${setting} (featureGates in ${configFile}), and would not start: ${gate.says}`,
      fix: `take it out of the ConfigMap that the upgrade writes this file from (${configMap})${patches}`,
    },
  ];
};

/**
 * The kubelet of the target takes what it will be started with on this node: its flags, and the feature gates of its
 * flags and its configuration file. It is asked as soon as its package was downloaded, before anything is touched.
 */
export const kubeletTakesFlags = defineStep({
  id: 'kubelet-takes-flags',
  subject: 'node',
  title: ({ version }) => `flags that kubelet ${version} takes`,
  with: z.strictObject({ version: z.string() }),
  detect: ({ version }, _on: NodeSubject) => ({
    answers: targetKubelet(version),
    flags: kubeletFlags,
    config: kubeletConfig,
  }),
  optional: ['answers'],

  check: ({ answers, ...seen }, { version }, on) => {
    if (answers === undefined) return satisfied;
    return judged(
      [
        ...answers.flags.flatMap((flag) => flagTrouble(flag, seen, on, version)),
        ...answers.gates.flatMap((gate) => gateTrouble(gate, seen, on, version)),
        ...answers.refused.map((says) => ({
          because: `${on.node}: kubelet ${version} does not take its flags, and would not start: ${says}`,
          fix: `correct ${operatorFile} on ${on.node}, or featureGates of the kubelet (${configMap})`,
        })),
      ],
      [],
    );
  },

  // The archive comes and goes with `apt-get clean`.
  unheld: true,
  waivable: true,
  explain: {
    why: 'A kubelet that meets a flag or a feature gate which it does not know exits, on a node that was drained for it.',
    source:
      'kubernetes.io, kubelet, Command line tools reference; Feature Gates (removed); tried on the lab, 1.33 to 1.36',
    type: [
      'dpkg-deb -x kubelet_1.36.3-1.1_amd64.deb T',
      'T/usr/bin/kubelet FLAGS --version',
      'T/usr/bin/kubelet --feature-gates=GATES --config=/dev/null/none',
    ],
  },
});
