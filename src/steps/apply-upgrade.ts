import { z } from 'zod';
import { upgradeApply } from '../commands/kubeadm.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { kubeadmInstalled } from '../facts/kubeadm-installed.ts';
import { packages } from '../facts/packages.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import { staticPods } from '../facts/static-pods.ts';
import { workloads } from '../facts/workloads.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { upstreamOf } from '../model/version.ts';
import { defineStep } from './step.ts';
import {
  brokenOff,
  kubeProxyVersion,
  manifestsMissing,
  provenBy,
  recordOf,
  staticPodsAt,
  withStaticPodsAt,
} from './upgrade-evidence.ts';

const unfinished = 'kubeadm upgrade apply did not come to its end: it runs again';

/**
 * Finished is known, not guessed: the manifests and kubeadm-config at the target are not enough, since a kill after
 * the upload-config phase looks just like that. Either our own record says rc 0, or none says otherwise and the last
 * visible change is there.
 */
export const applyUpgrade = defineStep({
  id: 'apply-upgrade',
  subject: 'node',
  title: ({ version }) => `kubeadm upgrade apply v${version}`,
  with: z.strictObject({ version: z.string(), run: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    pods: staticPods,
    config: kubeadmConfig,
    records: recordedCommands,
    kubeadmAt: kubeadmInstalled,
    workloads,
    packages,
  }),

  optional: ['kubeadmAt'],

  check: ({ pods, config, records, kubeadmAt, workloads: all, packages: { installed } }, { version, run }, on) => {
    if (staticPodsAt(pods, version) && config.kubernetesVersion === version) {
      const proven = provenBy({ records, kubeadmAt }, 'apply-upgrade', version, run);
      const seen = !brokenOff(records, 'apply-upgrade', version) && kubeProxyVersion(all) === version;
      return proven || seen ? satisfied : needed(unfinished);
    }
    const lacking = manifestsMissing(pods, on.node);
    if (lacking !== undefined) return lacking;
    const kubeadm = upstreamOf(installed['kubeadm']?.version ?? '');
    if (kubeadm !== version)
      return blocked(
        `${on.node}: kubeadm is ${kubeadm ?? 'not installed'}, not ${version}`,
        `install kubeadm ${version} on ${on.node} first`,
      );
    const from = pods.components['kube-apiserver']?.version ?? config.kubernetesVersion;
    return needed(`control plane ${from} → ${version}`);
  },
  apply: ({ pods }, { version }, on) => [
    { do: 'exec', on: on.node, command: upgradeApply(version, on.kubeadm, pods.proxyEnvironment) },
  ],
  expect: ({ pods, config, records }, { version, run }) => ({
    pods: withStaticPodsAt(pods, version),
    config: { ...config, kubernetesVersion: version },
    records: [...records, recordOf('apply-upgrade', `kubeadm upgrade apply v${version}`, run, version)],
  }),

  // `control plane 1.36.3 → 1.36.3`: killed after the static pods, before kubeadm-config.
  incidental: (change) => change === unfinished || /^control plane (\S+) → \1$/.test(change),
  // Idempotent, and some of its failures pass by themselves: a Job that was too slow, a clash of two kubeadm within a second.
  limits: () => ({ attempts: 2, pendingMs: 300_000 }),
  explain: {
    why: 'Renews certificates and replaces the static pods one after another: etcd, API server, controller manager, scheduler; then configuration and add-ons.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Call kubeadm upgrade" (first control plane)',
    type: ['kubeadm upgrade apply v1.36.3'],
  },
});
