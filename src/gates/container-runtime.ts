import semver from 'semver';
import { z } from 'zod';
import { containerRuntime as runtimeFact } from '../facts/container-runtime.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { minorsBetween } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';

interface Support {
  /** The first minor of Kubernetes that lists these. */
  readonly from: string;
  readonly containerd: readonly string[];
}

/**
 * The versions of containerd that a minor lists as supported; older ones go on working for now, and kubeadm only warns.
 * Source: containerd.io, "Kubernetes support"; the lab runs 1.36.3 on containerd 1.6.20.
 */
const supports: readonly Support[] = [
  { from: '1.36.0', containerd: ['2.2.0', '2.3.0'] },
  { from: '1.35.0', containerd: ['1.7.28', '2.1.5', '2.2.0'] },
];

/** At least the patch named for its own minor; of a minor above all that are named: any. */
const isListed = (version: string, listed: readonly string[]): boolean => {
  const own = listed.find(
    (each) => semver.major(each) === semver.major(version) && semver.minor(each) === semver.minor(version),
  );
  return own === undefined ? listed.every((each) => semver.gt(version, each)) : semver.gte(version, own);
};

const troubles = (on: NodeSubject, installed: string, target: string): readonly Trouble[] => {
  const version = semver.coerce(installed)?.version;
  const support = supports.find(({ from }) => minorsBetween(from, target) >= 0);
  if (support === undefined || version === undefined || isListed(version, support.containerd)) return [];
  return [
    {
      because: `${on.node}: containerd ${installed}; Kubernetes ${target} lists ${support.containerd.map((each) => `${each}+`).join(', ')}`,
      fix: 'plan an upgrade of containerd, one drained node at a time; what will break: ctr deprecations list',
    },
  ];
};

/** The container runtime is one that the target lists. It warns, as kubeadm does. */
export const containerRuntime = defineStep({
  id: 'container-runtime',
  subject: 'node',
  title: () => 'container runtime',
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ runtime: runtimeFact }),
  check: ({ runtime }, { version }, on) => judged([], troubles(on, runtime.version, version)),

  foreseen: true,
  waivable: true,
  explain: {
    why: 'A kubelet drops old runtimes at some minor, and then does not start.',
    source: 'containerd.io, Kubernetes support; kubernetes.io, Container runtimes',
    type: ['containerd --version', 'ctr deprecations list'],
  },
});
