import { z } from 'zod';
import { upgradePlan } from '../commands/kubeadm.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { endedWell, recordOf, staticPodsAt } from './upgrade-evidence.ts';

/** kubeadm's own preflight: it refuses on an unhealthy cluster. A write, since it creates a Job in kube-system. */
export const planUpgrade = defineStep({
  id: 'plan-upgrade',
  subject: 'node',
  title: ({ version }) => `kubeadm upgrade plan v${version}`,
  with: z.strictObject({ version: z.string(), run: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ pods: staticPods, config: kubeadmConfig, records: recordedCommands }),

  check: ({ pods, config, records }, { version, run }) => {
    if (staticPodsAt(pods, version) && config.kubernetesVersion === version) return satisfied;
    const ofThisRun = records.filter((record) => record.run === run);
    return endedWell(ofThisRun, 'plan-upgrade', `v${version}`)
      ? satisfied
      : needed(`kubeadm examines the way to ${version}`);
  },
  apply: (_seen, { version }, on) => [{ do: 'exec', on: on.node, command: upgradePlan(version, on.kubeadm) }],
  expect: ({ records }, { version, run }) => ({
    records: [...records, recordOf('plan-upgrade', `kubeadm upgrade plan v${version}`, run, version)],
  }),

  explain: {
    why: 'kubeadm checks that the cluster is healthy, that pods can run, and lists what will change.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Call kubeadm upgrade"',
    type: ['kubeadm upgrade plan v1.36.3'],
  },
});
