import { cgroupVersion } from '../facts/cgroup-version.ts';
import { containerRuntime } from '../facts/container-runtime.ts';
import type { Fact } from '../facts/fact.ts';
import { kernel } from '../facts/kernel.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { kubeletVersions } from '../facts/kubelet-versions.ts';
import { nodeLabels } from '../facts/node-labels.ts';
import { nodes } from '../facts/nodes.ts';
import { operatingSystem } from '../facts/operating-system.ts';
import { rebootRequired } from '../facts/reboot-required.ts';
import { controlPlanes, workers, type Cluster } from '../model/cluster.ts';
import type { Subject } from '../model/subject.ts';

/** CEL's types. */
export type NameType = 'string' | 'bool' | 'int' | 'map<string, string>';

/** What a name stands for where a playbook is filled in. */
export interface NamePlace {
  readonly cluster: Cluster;
  readonly on: Subject;
}

/** Something that `when:` can be about. */
export interface ConditionName {
  readonly type: NameType;
  readonly means: string;
  /** Missing where the inventory knows it. */
  readonly fact?: Fact<unknown>;
  /** `seen` is the fact's value; undefined where that says nothing about it. */
  readonly pick: (seen: unknown, place: NamePlace) => unknown;
}

const fromInventory = (
  type: NameType,
  means: string,
  pick: (place: NamePlace) => string | bigint | Readonly<Record<string, string>>,
): ConditionName => ({ type, means, pick: (_seen, place) => pick(place) });

const fromFact = <T>(
  type: NameType,
  means: string,
  fact: Fact<T>,
  pick: (value: T, node: string) => unknown,
): ConditionName => ({
  type,
  means,
  fact,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what was observed of `fact` is handed in
  pick: (seen, { on }) => pick(seen as T, on.kind === 'node' ? on.node : ''),
});

const nodeName = ({ on }: NamePlace): string => (on.kind === 'node' ? on.node : '');
const nodeRole = ({ on }: NamePlace): string => (on.kind === 'node' ? on.role : '');

/**
 * By name, in the order in which they are told. Those that begin with `node.` are known where a phase goes over nodes.
 * Numbers are CEL's `int`, which the library wants as a bigint.
 */
export const conditionNames: Readonly<Record<string, ConditionName>> = {
  'cluster.name': fromInventory('string', 'the cluster, as the inventory calls it', ({ cluster }) => cluster.name),
  'cluster.labels': fromInventory(
    'map<string, string>',
    'its labels in the inventory',
    ({ cluster }) => cluster.labels,
  ),
  'cluster.controlPlanes': fromInventory('int', 'how many control planes the inventory has', ({ cluster }) =>
    BigInt(controlPlanes(cluster).length),
  ),
  'cluster.workers': fromInventory('int', 'how many workers the inventory has', ({ cluster }) =>
    BigInt(workers(cluster).length),
  ),
  'cluster.version': fromFact(
    'string',
    'the version that kubeadm-config says',
    kubeadmConfig,
    ({ kubernetesVersion }) => kubernetesVersion,
  ),
  'node.name': fromInventory('string', 'the node', nodeName),
  'node.role': fromInventory('string', 'control-plane, worker or etcd', nodeRole),
  'node.os.id': fromFact('string', 'debian, ubuntu', operatingSystem, ({ id }) => id),
  'node.os.version': fromFact(
    'string',
    '12, 24.04; empty on a rolling release',
    operatingSystem,
    ({ versionId }) => versionId,
  ),
  'node.kernel': fromFact('string', 'the kernel that runs: 6.1.0-41-amd64', kernel, ({ release }) => release),
  'node.architecture': fromFact('string', 'amd64, arm64', kernel, ({ architecture }) => architecture),
  'node.cgroup': fromFact('int', '1 or 2', cgroupVersion, ({ version }) => BigInt(version)),
  'node.containerd': fromFact('string', 'the version of containerd', containerRuntime, ({ version }) => version),
  'node.kubelet': fromFact(
    'string',
    'the version of the installed kubelet',
    kubeletVersions,
    ({ installed }) => installed,
  ),
  'node.rebootRequired': fromFact('bool', 'the host asks for a restart', rebootRequired, ({ required }) => required),
  'node.ready': fromFact('bool', 'Kubernetes calls it Ready', nodes, (all, node) => {
    const found = all.find(({ name }) => name === node);
    return found === undefined ? undefined : found.ready === 'True';
  }),
  'node.schedulable': fromFact('bool', 'it is not cordoned', nodes, (all, node) => {
    const found = all.find(({ name }) => name === node);
    return found === undefined ? undefined : !found.unschedulable;
  }),
  'node.labels': fromFact('map<string, string>', 'its labels in Kubernetes', nodeLabels, (all, node) => all[node]),
};
