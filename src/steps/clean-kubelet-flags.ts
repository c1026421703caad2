import { z } from 'zod';
import { kubeletFlags } from '../facts/kubelet-flags.ts';
import { refusedFlag } from '../facts/refused-flag.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { minorsBetween, type Version } from '../model/version.ts';
import { cleanedFlags } from './cleaned-flags.ts';
import { defineStep } from './step.ts';

const file = '/var/lib/kubelet/kubeadm-flags.env';

const skipped = (flags: readonly string[], version: Version): readonly string[] =>
  cleanedFlags.flatMap(({ flag, by }) =>
    minorsBetween(by, version) > 0 && flags.some((each) => each.startsWith(`${flag}=`)) ? [flag] : [],
  );

const without = (text: string, gone: readonly string[]): string =>
  gone.reduce((left, flag) => left.replaceAll(new RegExp(`${flag}=[^\\s"]* ?`, 'g'), ''), text).replaceAll(/ +"/g, '"');

/**
 * The kubelet that is installed knows every flag that it will be started with; what a kubeadm that was gone over would
 * have taken out of kubeadm's own file is taken out. The kubelet itself is asked, before it is restarted.
 */
export const cleanKubeletFlags = defineStep({
  id: 'clean-kubelet-flags',
  subject: 'node',
  title: () => 'flags that the kubelet knows',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ flags: kubeletFlags, refused: refusedFlag }),

  check: ({ flags, refused }, { version }, on) => {
    const gone = skipped(flags.kubeadmFlags, version);
    if (gone.length > 0) return needed(...gone.map((flag) => `take ${flag} out of ${file}`));
    if (refused.flag === undefined) return satisfied;
    const where = flags.extraArgs.some((each) => each.startsWith(refused.flag ?? '')) ? '/etc/default/kubelet' : file;
    return blocked(
      `${on.node}: the kubelet that is installed does not know ${refused.flag}, and would not start`,
      `take it out of ${where} on ${on.node}; what takes its place: kubernetes.io, kubelet, "Command line tools reference"`,
    );
  },
  apply: ({ flags }, { version }, on) => [
    {
      do: 'put',
      on: on.node,
      path: file,
      mode: 0o644,
      content: without(flags.files[file] ?? '', skipped(flags.kubeadmFlags, version)),
    },
  ],
  expect: ({ flags }, { version }) => {
    const gone = skipped(flags.kubeadmFlags, version);
    return {
      refused: {},
      flags: {
        ...flags,
        kubeadmFlags: flags.kubeadmFlags.filter((flag) => !gone.some((each) => flag.startsWith(`${each}=`))),
        files: { ...flags.files, [file]: without(flags.files[file] ?? '', gone) },
      },
    };
  },

  explain: {
    why: 'A kubelet that meets a flag which it does not know exits, on a node that was drained for it.',
    source: 'kubernetes.io, Kubernetes 1.35 changelog (--pod-infra-container-image removed); seen on the lab',
    type: [`sed -i 's/--pod-infra-container-image=[^ "]*//' ${file}`],
  },
});
