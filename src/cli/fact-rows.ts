import { containerRuntime } from '../facts/container-runtime.ts';
import { diskSpace } from '../facts/disk-space.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { nodes } from '../facts/nodes.ts';
import { operatingSystem } from '../facts/operating-system.ts';
import { packageRepository } from '../facts/package-repository.ts';
import { packages } from '../facts/packages.ts';
import { rebootRequired } from '../facts/reboot-required.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { Observations } from '../run/observe.ts';

/** A column of the table; `?` where the fact could not be read. */
const column =
  <T>(fact: Fact<T>, wording: (value: T, node: string) => string) =>
  (seen: Observations, node: string): string => {
    const observed = seen.get(fact.key);
    if (observed === undefined || observed.kind === 'absent') return '–';
    const value = valueOf(fact, observed);
    return value === undefined ? '?' : wording(value, node);
  };

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

const nodeColumns: Readonly<Record<string, (seen: Observations, node: string) => string>> = {
  system: column(operatingSystem, ({ name }) => name),
  kubelet: column(kubeletVersions, ({ installed, running }) =>
    installed === running ? (installed ?? '–') : `${installed ?? '–'} (running ${running ?? '–'})`,
  ),
  'api server': column(staticPods, ({ components }) => components['kube-apiserver']?.version ?? '–'),
  etcd: column(staticPods, ({ components }) => components['etcd']?.version ?? '–'),
  runtime: column(containerRuntime, ({ name, version }) => `${name} ${version}`),
  repository: column(packageRepository, ({ entries }) =>
    entries
      .filter(({ enabled }) => enabled)
      .map(({ minor }) => minor ?? 'legacy')
      .join(', '),
  ),
  held: column(
    packages,
    ({ installed }) =>
      Object.entries(installed)
        .filter(([, { held }]) => held)
        .map(([name]) => name)
        .join(', ') || 'none',
  ),
  'free on /': column(diskSpace, ({ paths }) => gibibytes(paths['/']?.availableBytes ?? 0)),
  reboot: column(rebootRequired, ({ required }) => (required ? 'required' : 'no')),
};

const clusterColumns: Readonly<Record<string, (seen: Observations, node: string) => string>> = {
  state: column(nodes, (all, node) => {
    const found = all.find(({ name }) => name === node);
    if (found === undefined) return 'not in the cluster';
    return `${found.ready === 'True' ? 'Ready' : 'NotReady'}${found.unschedulable ? ', cordoned' : ''}`;
  }),
};

/** The facts of one node that a person looks at first; all of them are in the JSON output. */
export const factRows = (
  node: string,
  ofNode: Observations,
  ofCluster: Observations,
): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...Object.entries(clusterColumns).map(([name, word]) => [name, word(ofCluster, node)] as const),
    ...Object.entries(nodeColumns).map(([name, word]) => [name, word(ofNode, node)] as const),
  ]);
