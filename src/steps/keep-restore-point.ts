import { z } from 'zod';
import { keepRestorePoint as keep, restorePointPath } from '../commands/restore-point.ts';
import { packageRepository } from '../facts/package-repository.ts';
import { packages, type Packages } from '../facts/packages.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { upstreamOf, type Version } from '../model/version.ts';
import { defineStep } from './step.ts';
import { versionedComponents } from './upgrade-evidence.ts';
import { whole } from './wanted-packages.ts';

/** Those that a way back installs. */
const versioned = ['kubeadm', 'kubelet', 'kubectl'] as const;

/** The version that a node is on; that of the hop where its kubelet is not a package. */
const versionOf = ({ installed }: Packages, hop: Version): Version =>
  upstreamOf(installed['kubelet']?.version ?? '') ?? hop;

/**
 * Before the first write of a hop a node keeps what it is, so that `nodeops rollback` finds it. A node in the middle of
 * its way keeps nothing: what an earlier run kept of it holds, and what it is now is nothing to go back to.
 */
export const keepRestorePoint = defineStep({
  id: 'keep-restore-point',
  subject: 'node',
  title: () => 'keep what the node is, for the way back',
  with: z.strictObject({ run: z.string(), version: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({
    points: restorePoints,
    packages,
    pods: staticPods,
    repository: packageRepository,
  }),

  check: ({ points, packages: { installed }, pods }, { run, version }) => {
    if (points.some((point) => point.run === run && point.to === version)) return satisfied;
    const begun =
      versioned.some((name) => upstreamOf(installed[name]?.version ?? '') === version) ||
      versionedComponents.some((name) => pods.components[name]?.version === version);
    return begun ? satisfied : needed('keep files, packages and holds');
  },

  apply: ({ packages: before, repository, pods: { apiServer } }, { run, version }, on) => {
    const from = versionOf(before, version);
    const sources = [...new Set(repository.entries.filter(({ enabled }) => enabled).map(({ file }) => file))];
    const controlPlane = on.role === 'control-plane';
    const kept = versioned.flatMap((name) => {
      const installed = before.installed[name];
      return whole(installed?.status) ? [{ name, version: installed?.version ?? '' }] : [];
    });
    const command = keep({ run, from, to: version, sources, controlPlane, apiServer, packages: kept });
    return [{ do: 'exec', on: on.node, command }];
  },

  expect: ({ points, packages: before }, { run, version }) => ({
    points: [
      ...points,
      {
        path: restorePointPath(run, version),
        run,
        from: versionOf(before, version),
        to: version,
        packages: {},
        debs: {},
        images: {},
        differing: [],
      },
    ],
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'The way back needs what was: manifests and certificates, files of the kubelet, exact packages and holds, images of the add-ons; the archives of those packages as far as they can be had.',
    source: 'docs/rollback.md; lab, 1.36.3 → 1.35.4',
    type: [
      'cp -a --parents /etc/kubernetes /var/lib/kubelet/config.yaml /root/before',
      "dpkg -l 'kube*'",
      'apt-get download kubeadm=1.35.4-1.1 kubelet=1.35.4-1.1 kubectl=1.35.4-1.1',
    ],
  },
});
