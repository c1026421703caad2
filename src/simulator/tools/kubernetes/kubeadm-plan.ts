import type { Task } from '../../kernel.ts';
import { companionsOf, compareVersions, minorNumber, minorOf } from '../../cluster/component-versions.ts';
import { versionOfImage } from '../../cluster/manifests.ts';
import { listOf, objectOf } from '../../cluster/objects.ts';
import { clusterHealth } from './kubeadm-health.ts';
import {
  checkCoreDns,
  checkSupported,
  needsAdministrator,
  readConfiguration,
  sayVersions,
} from './kubeadm-preflight.ts';
import type { KubeadmRun } from './kubeadm-run.ts';

type Row = readonly [component: string, node: string, current: string, target: string];

/** Columns as wide as their widest cell and three spaces. Source: text/tabwriter, as kubeadm's plan uses it. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)) + 3);
  return rows
    .map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join(''))
    .join('\n');
};

const head: Row = ['COMPONENT', 'NODE', 'CURRENT', 'TARGET'];

const kubelets = (run: KubeadmRun, target: string): readonly Row[] =>
  listOf(run.world.objects, 'Node')
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map((node) => ['kubelet', node.metadata.name, node.status.nodeInfo['kubeletVersion'] ?? '', `v${target}`] as const)
    .filter(([, , current]) => current !== `v${target}`);

const components = (run: KubeadmRun, target: string, configured: string): readonly Row[] => {
  const controlPlanes = [...run.world.hosts.values()].filter(({ role }) => role === 'control-plane');
  // It knows of no companions beyond its own minor (recorded: 1.35.4 asked about 1.36.3).
  const { etcd, coredns } = companionsOf(minorNumber(target) > minorNumber(run.version) ? run.version : target);
  const dns = objectOf(run.world.objects, 'Deployment', 'kube-system', 'coredns');
  const dnsNow = versionOfImage(dns?.spec.template.spec.containers[0]?.image ?? ':');
  return [
    ...(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const).flatMap((component) =>
      controlPlanes.map((host): Row => [
        component,
        host.name,
        `v${host.components.get(component)?.version ?? ''}`,
        `v${target}`,
      ]),
    ),
    ['kube-proxy', '', configured, `v${target}`],
    ['CoreDNS', '', `v${dnsNow}`, coredns],
    ...controlPlanes.map((host): Row => ['etcd', host.name, host.components.get('etcd')?.version ?? '', etcd]),
  ];
};

const line = '_____________________________________________________________________\n';

const configurations = `
The table below shows the current state of component configs as understood by this version of kubeadm.
Configs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or
resetting to kubeadm defaults before a successful upgrade can be performed. The version to manually
upgrade to is denoted in the "PREFERRED VERSION" column.

API GROUP                 CURRENT VERSION   PREFERRED VERSION   MANUAL UPGRADE REQUIRED
kubeproxy.config.k8s.io   v1alpha1          v1alpha1            no
kubelet.config.k8s.io     v1beta1           v1beta1             no
${line}`;

/** `kubeadm upgrade plan VERSION`. Recorded, 1.36.3; source: kubeadm, cmd/upgrade/plan.go. */
export const plan = function* (run: KubeadmRun, target: string): Task<void> {
  needsAdministrator(run);
  checkSupported(run, target);
  run.say('[preflight] Running pre-flight checks.');
  const configured = yield* readConfiguration(run, 'upgrade/config');
  checkCoreDns(run);
  yield* clusterHealth(run);
  run.say('[upgrade] Fetching available versions to upgrade to');
  yield* sayVersions(run, '');
  run.say(`[upgrade/versions] Target version: v${target}`);
  run.say(`[upgrade/versions] Latest version in the v${minorOf(configured)} series: v${target}\n`);
  if (compareVersions(target, configured) <= 0) return;
  const behind = kubelets(run, target);
  if (behind.length > 0)
    run.say(
      `Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':\n${table([head, ...behind])}\n`,
    );
  run.say(
    [
      `Upgrade to the latest version in the v${minorOf(configured)} series:\n`,
      table([head, ...components(run, target, configured)]),
      '\nYou can now apply the upgrade by executing the following command:\n',
      `\tkubeadm upgrade apply v${target}\n`,
      ...(compareVersions(target, run.version) > 0
        ? [`Note: Before you can perform this upgrade, you have to update kubeadm to v${target}.\n`]
        : []),
      line,
      configurations,
    ].join('\n'),
  );
};
