import { z } from 'zod';
import { pullImages } from '../commands/stage.ts';
import { archives } from '../facts/archives.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { packages } from '../facts/packages.ts';
import { stagedImages } from '../facts/staged-images.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { upstreamOf, type Version } from '../model/version.ts';
import type { Archives } from '../facts/archives.ts';
import type { Packages } from '../facts/packages.ts';
import { defineStep } from './step.ts';
import { staticPodsAt } from './upgrade-evidence.ts';

/** The archive of the target's kubeadm, or `installed`; undefined where there is neither. */
const kubeadmOf = (there: Archives, { installed }: Packages, version: Version): string | undefined => {
  if (upstreamOf(installed['kubeadm']?.version ?? '') === version) return 'installed';
  return Object.entries(there['kubeadm'] ?? {}).find(([deb]) => upstreamOf(deb) === version)?.[1];
};

/** kubeadm adds nothing else to it: registry, tags of etcd and CoreDNS are the cluster's own. */
const configured = (raw: string, version: Version): string =>
  raw.replace(/^kubernetesVersion: .*$/m, `kubernetesVersion: v${version}`);

/**
 * The images of a control plane, the pause image among them. Of these a worker takes kube-proxy's only, which its
 * DaemonSet pulls node by node while the node stays in service.
 */
export const stageImages = defineStep({
  id: 'stage-images',
  subject: 'node',
  title: ({ version }) => `images of ${version} pulled`,
  with: z.strictObject({ version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    pods: staticPods,
    staged: stagedImages,
    there: archives,
    state: packages,
    config: kubeadmConfig,
  }),
  optional: ['staged'],

  check: ({ pods, staged, there, state }, { version }, on) => {
    if (on.role === 'worker' || staticPodsAt(pods, version)) return satisfied;
    if (staged?.version === version)
      return staged.missing.length === 0 ? satisfied : needed(`pull ${staged.missing.join(', ')}`);
    // Without its kubeadm (a dpkg that was killed) nobody can say which images these are: kubeadm pulls them itself.
    return kubeadmOf(there, state, version) === undefined ? satisfied : needed(`pull the images of ${version}`);
  },
  apply: ({ there, state, config }, { version }, on) => {
    const kubeadm = kubeadmOf(there, state, version);
    const archive = kubeadm === 'installed' ? undefined : kubeadm;
    return [{ do: 'exec', on: on.node, command: pullImages(version, archive, configured(config.raw, version)) }];
  },
  expect: (_seen, { version }) => ({ staged: { version, missing: [] } }),

  preparing: true,
  // A runtime takes images away that nothing uses.
  unheld: true,
  limits: () => ({ attempts: 2, pendingMs: 60_000 }),
  explain: {
    why: 'A registry that fails then fails before the first node is touched, and no control plane waits for its images.',
    source: 'kubernetes.io, kubeadm config, "kubeadm config images pull"',
    type: [
      'dpkg-deb -x kubeadm_1.36.3-1.1_amd64.deb T',
      'T/usr/bin/kubeadm config images pull --kubernetes-version=v1.36.3',
    ],
  },
});
