import { z } from 'zod';
import { replaceSource } from '../commands/apt-get.ts';
import { packageRepository, type PackageRepository } from '../facts/package-repository.ts';
import { packages, type Packages } from '../facts/packages.ts';
import { restorePoints } from '../facts/restore-points.ts';
import { withoutPasswords } from '../model/redact.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { minorOf, upstreamOf } from '../model/version.ts';
import { defineStep } from './step.ts';
import { concerned, keptPackage } from './wanted-packages.ts';

const publicLine = (minor: string): string =>
  `deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /`;

/** The same sources with their minor changed; mirror, key and everything else stay. */
const switched = (repository: PackageRepository, minor: string): PackageRepository => {
  const change = (text: string) =>
    text.replaceAll(/(core(?::|%3[Aa])\/stable(?::|%3[Aa])\/v)\d+\.\d+(?=\/|\s|$)/gm, `$1${minor}`);
  const files = new Set(
    repository.entries.filter((entry) => entry.enabled && entry.minor !== minor).map(({ file }) => file),
  );
  return {
    files: Object.fromEntries(
      Object.entries(repository.files).map(([file, text]) => [file, files.has(file) ? change(text) : text]),
    ),
    entries: repository.entries.map((entry) =>
      files.has(entry.file) && entry.minor !== undefined ? { ...entry, uri: change(entry.uri), minor } : entry,
    ),
  };
};

/**
 * Whether several minors are what a switch leaves that was cut off between two files: the one that is wished, and those
 * of what is installed.
 */
const isHalfSwitched = (enabled: PackageRepository['entries'], { installed }: Packages, wished: string): boolean => {
  const here = ['kubeadm', 'kubelet', 'kubectl'].flatMap((name) => {
    const version = upstreamOf(installed[name]?.version ?? '');
    return version === undefined ? [] : [minorOf(version)];
  });
  return (
    enabled.some(({ minor }) => minor === wished) &&
    enabled.every(({ minor }) => minor !== undefined && [wished, ...here].includes(minor))
  );
};

const typed = ({ downgrade }: { readonly downgrade?: boolean | undefined }): readonly string[] => [
  `sed -i 's|core:/stable:/v[0-9.]*/|core:/stable:/v${downgrade === true ? '1.35' : '1.36'}/|' /etc/apt/sources.list.d/kubernetes.list`,
  'apt-get update',
];

/**
 * Each minor has a repository of its own (kubernetes.io, "Changing the Kubernetes package repository"); a source that
 * stays behind offers nothing newer.
 */
export const switchPackageRepository = defineStep({
  id: 'switch-package-repository',
  subject: 'node',
  title: ({ version }) => `package repository of v${minorOf(version)}`,
  with: z.strictObject({
    version: z.string(),
    lockSeconds: z.number(),
    /** Of a way back: the source is put back also where its repository is gone, if the node kept the packages. */
    downgrade: z.boolean().optional(),
  }),
  detect: (_wish, _on: NodeSubject) => ({ repository: packageRepository, packages, points: restorePoints }),

  check: ({ repository, packages: state }, { version }, on) => {
    const minor = minorOf(version);
    const enabled = repository.entries.filter((entry) => entry.enabled);
    const legacy = enabled.find((entry) => entry.legacy);
    if (legacy !== undefined)
      return blocked(
        `${on.node}: ${legacy.file}:${legacy.line} names ${withoutPasswords(legacy.uri)}, which was shut down in 2024`,
        enabled.some((entry) => entry.minor !== undefined)
          ? `remove that line: another source has the packages`
          : `replace that line by: ${publicLine(minor)}`,
      );
    const old = Object.entries(state.installed).find(([, { version: installed }]) => installed.endsWith('-00'));
    if (old !== undefined)
      return blocked(
        `${on.node}: ${old[0]} ${old[1].version} comes from the repository that was shut down in 2024`,
        `install ${old[0]} anew from: ${publicLine(minor)}`,
      );
    if (enabled.length === 0)
      return blocked(
        `${on.node}: no apt source offers Kubernetes packages`,
        `write /etc/apt/sources.list.d/kubernetes.list with: ${publicLine(minor)}`,
      );
    if (new Set(enabled.map((entry) => entry.minor)).size > 1 && !isHalfSwitched(enabled, state, minor))
      return blocked(
        `${on.node}: sources of several minors are enabled at once: ${enabled.map((entry) => `${entry.file}:${entry.line} (v${entry.minor ?? '?'})`).join(', ')}`,
        'keep one of them',
      );
    const unknown = enabled.find((entry) => entry.minor === undefined);
    if (unknown !== undefined)
      return blocked(
        `${on.node}: ${unknown.file}:${unknown.line} names ${withoutPasswords(unknown.uri)}, which is no repository of one stable minor`,
        `replace that line by: ${publicLine(minor)}`,
      );
    const behind = enabled.filter((entry) => entry.minor !== minor);
    return behind.length === 0
      ? satisfied
      : needed(...behind.map((entry) => `${entry.file}: v${entry.minor ?? '?'} → v${minor}`));
  },

  apply: ({ repository, packages: state, points }, { version, lockSeconds, downgrade = false }, on) => {
    const after = switched(repository, minorOf(version));
    const unread =
      downgrade &&
      concerned(state, ['kubeadm', 'kubelet', 'kubectl']).every(
        (name) => keptPackage(points, name, version) !== undefined,
      );
    return Object.entries(after.files)
      .filter(([file, text]) => repository.files[file] !== text)
      .map(([file, text]) => ({
        do: 'exec',
        on: on.node,
        command: replaceSource(file, text, lockSeconds, { unread }),
      }));
  },

  expect: ({ repository }, { version }) => ({ repository: switched(repository, minorOf(version)) }),

  explain: {
    why: 'Every Kubernetes minor is published in a repository of its own; only its own source line offers it.',
    source: 'kubernetes.io, Upgrading kubeadm clusters, "Changing the package repository"',
    type: typed({}),
    typeWith: typed,
  },
});
