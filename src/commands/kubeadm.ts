import type { Command } from '../model/command.ts';
import type { KubeadmOptions } from '../model/cluster.ts';
import type { Version } from '../model/version.ts';
import { detached } from './build.ts';

const minute = 60_000;

const preflight = (options: KubeadmOptions): readonly string[] =>
  options.ignorePreflightErrors.length === 0
    ? []
    : [`--ignore-preflight-errors=${options.ignorePreflightErrors.join(',')}`];

const flags = (options: KubeadmOptions): readonly string[] => [
  ...preflight(options),
  ...(options.patches === undefined ? [] : [`--patches=${options.patches}`]),
  ...(options.config === undefined ? [] : [`--config=${options.config}`]),
];

/** Proxy variables of the running static pods: without them kubeadm would remove them from the manifests. */
export type ProxyEnvironment = Readonly<Record<string, string>>;

const withEnvironment = (environment: ProxyEnvironment) =>
  Object.keys(environment).length === 0 ? {} : { env: environment };

/** A write: it creates the upgrade-health-check Job in kube-system (kubeadm 1.35, 1.36). */
export const upgradePlan = (version: Version, options: KubeadmOptions): Command =>
  detached(['kubeadm', 'upgrade', 'plan', `v${version}`, ...preflight(options)], { timeoutMs: 10 * minute });

/** First control plane. Idempotent: running it again skips what is equal (observed on the lab, 1.35 → 1.36). */
export const upgradeApply = (version: Version, options: KubeadmOptions, proxies: ProxyEnvironment): Command =>
  detached(['kubeadm', 'upgrade', 'apply', `v${version}`, '--yes', ...flags(options)], {
    timeoutMs: 45 * minute,
    ...withEnvironment(proxies),
  });

/** Other control planes and workers. */
export const upgradeNode = (options: KubeadmOptions, proxies: ProxyEnvironment): Command =>
  detached(['kubeadm', 'upgrade', 'node', ...flags(options)], { timeoutMs: 45 * minute, ...withEnvironment(proxies) });
