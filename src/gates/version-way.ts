import { z } from 'zod';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { compareVersions, minorOf, minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

/** How many minors a kubelet may be older than an API server: 3, and 2 below 1.25 (kubernetes.io, Version skew policy). */
const kubeletSkew = (apiVersion: string): number => (minorsBetween('1.25.0', apiVersion) < 0 ? 2 : 3);

const named = (some: readonly NodeObject[]): string =>
  some.map(({ name, kubeletVersion }) => `${name} (${kubeletVersion})`).join(', ');

/**
 * The way from here to the target: never back, never over a minor, not for a control plane's kubelet either, and no kubelet
 * left too far behind or ahead.
 */
export const versionWay = defineStep({
  id: 'version-way',
  subject: 'cluster',
  title: ({ version }) => `${version} can be reached from here`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: ClusterSubject) => ({ config: kubeadmConfig, nodes }),

  check: ({ config, nodes: all }, { version }, on) => {
    const current = config.kubernetesVersion;
    if (compareVersions(version, current) < 0)
      return blocked(
        `${on.cluster} is on ${current}: ${version} would be a way back`,
        `an upgrade never goes back; to go back to what was before one: nodeops rollback --to ${version}; otherwise name ${current} or a newer version`,
      );
    const minors = minorsBetween(current, version);
    if (minors > 1)
      return blocked(
        `${version} is ${minors} minors above ${current}, and kubeadm goes one at a time`,
        `with all control planes the run goes over ${minorOf(current).replace(/\d+$/, (minor) => String(Number(minor) + 1))} by itself: leave out --limit and --only`,
      );
    const newer = all.filter(({ kubeletVersion }) => compareVersions(kubeletVersion, version) > 0);
    if (newer.length > 0)
      return blocked(
        `the kubelets of ${named(newer)} are newer than ${version}`,
        'a kubelet must not be newer than its API server: choose a version at least as new',
      );
    const skipping = all.filter(
      ({ controlPlane, kubeletVersion }) => controlPlane && minorsBetween(kubeletVersion, current) > 0,
    );
    if (minors === 1 && skipping.length > 0)
      return blocked(
        `the kubelets of ${named(skipping)} are older than ${current}, and a control plane goes one minor at a time`,
        `bring them up first: nodeops upgrade --to ${current}; a run over all control planes does so by itself`,
      );
    const behind = all.filter(({ kubeletVersion }) => minorsBetween(kubeletVersion, version) > kubeletSkew(version));
    return behind.length === 0
      ? satisfied
      : blocked(
          `the kubelets of ${named(behind)} would be more than ${kubeletSkew(version)} minors behind`,
          `bring them up first: nodeops upgrade --to ${current} --only workers`,
        );
  },

  explain: {
    why: 'Control planes go one minor at a time; kubelets may lag behind, and never run ahead.',
    source: 'kubernetes.io, Version skew policy',
    type: ['kubectl get nodes', 'kubectl -n kube-system get configmap kubeadm-config -o yaml'],
  },
});
