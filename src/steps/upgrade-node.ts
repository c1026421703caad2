import { z } from 'zod';
import { upgradeNode as upgradeNodeCommand } from '../commands/kubeadm.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { kubeadmInstalled } from '../facts/kubeadm-installed.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { recordedCommands } from '../facts/recorded-commands.ts';
import { staticPods } from '../facts/static-pods.ts';
import { workloads, type Workload } from '../facts/workloads.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import {
  brokenOff,
  kubeProxyVersion,
  manifestsMissing,
  provenBy,
  recordOf,
  staticPodsAt,
  withKubeProxyAt,
  withStaticPodsAt,
} from './upgrade-evidence.ts';

/**
 * The last control plane's kubeadm brings CoreDNS and kube-proxy along, unless some control plane's mirror pod still shows
 * the API server of before, its own too: then it leaves them out and ends with 0, and nobody comes back for them. Source:
 * kubeadm, upgrade/postupgrade.go, `UnupgradedControlPlaneInstances`; simulator, where a node went away meanwhile.
 */
const addonsLeftOut = (
  seen: { readonly nodes: readonly NodeObject[]; readonly workloads: readonly Workload[] },
  version: Version,
  node: string,
): boolean =>
  ![undefined, version].includes(kubeProxyVersion(seen.workloads)) &&
  seen.nodes.every(
    ({ name, controlPlane, kubeletVersion }) => !controlPlane || name === node || kubeletVersion === version,
  );

/**
 * On a control plane: the static pods as `apply` does on the first one. On a worker: the kubelet's configuration only,
 * which the kubelet reads at its next start.
 */
export const upgradeNode = defineStep({
  id: 'upgrade-node',
  subject: 'node',
  title: () => 'kubeadm upgrade node',
  with: z.strictObject({ version: z.string(), run: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    pods: staticPods,
    config: kubeadmConfig,
    records: recordedCommands,
    kubeadmAt: kubeadmInstalled,
    kubelet: kubeletVersions,
    workloads,
    nodes,
  }),

  optional: ['kubeadmAt'],

  check: (sight, { version, run }, on) => {
    const { pods, config, records, kubeadmAt, kubelet } = sight;
    const finished = provenBy({ records, kubeadmAt }, 'upgrade-node', version, run) || kubelet.running === version;
    const controlPlane = on.role === 'control-plane';
    const seen = !brokenOff(records, 'upgrade-node', version) && kubeProxyVersion(sight.workloads) === version;
    const isLeftOut = controlPlane && addonsLeftOut(sight, version, on.node);
    if (controlPlane && staticPodsAt(pods, version) && (finished || seen) && !isLeftOut) return satisfied;
    if (!controlPlane && finished) return satisfied;
    if (config.kubernetesVersion !== version)
      return blocked(
        `kubeadm-config says ${config.kubernetesVersion}: the first control plane is not on ${version} yet`,
        'upgrade the first control plane first',
      );
    const lacking = controlPlane ? manifestsMissing(pods, on.node) : undefined;
    if (lacking !== undefined) return lacking;
    const from = controlPlane ? pods.components['kube-apiserver']?.version : kubelet.running;
    return needed(controlPlane ? `control plane ${from ?? '?'} → ${version}` : `kubelet configuration of ${version}`);
  },
  apply: ({ pods }, _wish, on) => [
    { do: 'exec', on: on.node, command: upgradeNodeCommand(on.kubeadm, pods.proxyEnvironment) },
  ],
  expect: (sight, { version, run }, on) => ({
    pods: on.role === 'control-plane' ? withStaticPodsAt(sight.pods, version) : sight.pods,
    workloads: addonsLeftOut(sight, version, on.node) ? withKubeProxyAt(sight.workloads, version) : sight.workloads,
    records: [...sight.records, recordOf('upgrade-node', 'kubeadm upgrade node', run, version)],
  }),

  limits: () => ({ attempts: 2, pendingMs: 300_000 }),
  // `control plane 1.36.3 → 1.36.3`: kubeadm had begun, and its end is not known.
  incidental: (change) => /^control plane (\S+) → \1$/.test(change),
  explain: {
    why: 'On further control planes it replaces the static pods; on workers it fetches the kubelet configuration of the new minor.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "For the other control plane nodes" and Upgrading Linux nodes',
    type: ['kubeadm upgrade node'],
  },
});
