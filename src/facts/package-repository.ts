import { read } from '../commands/build.ts';
import { minorPath, sourceFiles } from '../commands/private-apt-root.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump, textsOf } from './file-dump.ts';
import { readSources, type SourceEntry } from './source-entries.ts';

export interface KubernetesSource extends SourceEntry {
  /** `1.35`: the minor that it offers. */
  readonly minor?: string;
  /** One of the frozen repositories of before 2023, which offer nothing newer than 1.28. */
  readonly legacy: boolean;
}

export interface PackageRepository {
  /** The whole text of each source file that names a Kubernetes repository. */
  readonly files: Readonly<Record<string, string>>;
  readonly entries: readonly KubernetesSource[];
}

const hosts = ['pkgs.k8s.io', 'pkgs.kubernetes.io', 'packages.kubernetes.io', 'prod-cdn.packages.k8s.io'];

const isLegacy = (host: string, suite: string): boolean =>
  host === 'apt.kubernetes.io' || (host === 'packages.cloud.google.com' && suite.startsWith('kubernetes-'));

/** Undefined for what is no repository of Kubernetes packages: pkgs.k8s.io also offers CRI-O, below `addons:`. */
const kubernetesSource = (entry: SourceEntry): KubernetesSource | undefined => {
  const host = /^[\w+]+:\/\/(?:[^/@]*@)?([^/:]+)/.exec(entry.uri)?.[1]?.toLowerCase() ?? '';
  const minor = /\/core(?::|%3a)\/stable(?::|%3a)\/v(\d+\.\d+)(?=\/|$)/i.exec(entry.uri)?.[1];
  const legacy = isLegacy(host, entry.suite);
  const community = hosts.includes(host) && !/\/addons(?::|%3a)\//i.test(entry.uri);
  if (minor === undefined && !legacy && !community) return undefined;
  return { ...entry, ...(minor === undefined ? {} : { minor }), legacy };
};

const parse = ({ stdout }: Output): Parsed<PackageRepository> => {
  const files = readDump(stdout);
  if (files === undefined) return { unreadable: stdout };
  const entries = files.flatMap(readSources).flatMap((entry) => kubernetesSource(entry) ?? []);
  const named = new Set(entries.map(({ file }) => file));
  return { value: { files: textsOf(files.filter(({ path }) => named.has(path))), entries } };
};

/**
 * Source: sources.list(5); "Changing the Kubernetes package repository" (kubernetes.io); recorded on the lab, Debian
 * 12, apt 2.6. A password in a mirror's address is in `files`, as it is in the file: `model/redact.ts` hides it where facts are shown.
 */
export const packageRepository = defineFact<PackageRepository>({
  id: 'package-repository',
  subject: 'node',
  command: read([
    'sh',
    '-c',
    `${dumpFunction}\nfor f in ${sourceFiles}; do grep -qiE '${minorPath}|k8s|kubernetes' "$f" 2>/dev/null && dump "$f"; done; :`,
  ]),
  parse,
});
