import semver from 'semver';
import { doesSomething } from '../facts/runtime-configuration.ts';
import type { Setting } from '../model/kubelet-settings.ts';
import type { RuntimeDeprecation } from '../facts/runtime-deprecations.ts';

interface Removal {
  /** As `ctr deprecations list` calls it; missing where it tells none. */
  readonly id?: string;
  readonly what: string;
  readonly removedIn: string;
  /** What to write instead. */
  readonly fix: string;
  /** Whether a setting of the file is one of it, with a value that does something. */
  readonly isUsed?: (setting: Setting) => boolean;
}

/** A setting whose path ends so, with any value that does something. */
const named =
  (...end: readonly string[]) =>
  ({ path, value }: Setting): boolean =>
    doesSomething(value) && end.every((key, index) => path[path.length - end.length + index] === key);

const valued =
  (name: string, wanted: string) =>
  ({ path, value }: Setting): boolean =>
    path.at(-1) === name && value === wanted;

/** Anything beneath a table of the registry. */
const ofRegistry =
  (table: string) =>
  ({ path, value }: Setting): boolean =>
    path.some((key, index) => key === 'registry' && path[index + 1] === table) && doesSomething(value);

const ofPlugin =
  (plugin: string, ...names: readonly string[]) =>
  ({ path, value }: Setting): boolean =>
    path[0] === 'plugins' && path[1] === plugin && names.includes(path.at(-1) ?? '') && doesSomething(value);

const configPath = 'directories with a hosts.toml each, and `config_path` for them (containerd, docs/hosts.md)';

/**
 * What containerd has taken away, or will. Source: containerd 2.4.2, RELEASES.md, "Deprecated features" and "Deprecated
 * config properties"; the names: pkg/deprecation of 1.7.28 and 2.3.7.
 */
const removals: readonly Removal[] = [
  {
    id: 'cri-systemd-cgroup-v1',
    what: 'systemd_cgroup of the CRI plugin',
    removedIn: '2.0.0',
    fix: '`SystemdCgroup = true` among the options of the runtime runc',
    isUsed: named('systemd_cgroup'),
  },
  {
    id: 'cri-untrusted-workload-runtime',
    what: 'untrusted_workload_runtime',
    removedIn: '2.0.0',
    fix: 'a runtime called `untrusted` among `runtimes`',
    isUsed: named('untrusted_workload_runtime', 'runtime_type'),
  },
  {
    id: 'cri-default-runtime',
    what: 'default_runtime',
    removedIn: '2.0.0',
    fix: '`default_runtime_name`, and that runtime among `runtimes`',
    isUsed: named('default_runtime', 'runtime_type'),
  },
  {
    id: 'cri-runtime-engine',
    what: 'runtime_engine of a runtime',
    removedIn: '2.0.0',
    fix: '`BinaryName` among its options',
    isUsed: named('runtime_engine'),
  },
  {
    id: 'cri-runtime-root',
    what: 'runtime_root of a runtime',
    removedIn: '2.0.0',
    fix: '`Root` among its options',
    isUsed: ({ path, value }) => path.includes('runtimes') && named('runtime_root')({ path, value }),
  },
  {
    id: 'cri-criu-path',
    what: 'CriuPath',
    removedIn: '2.0.0',
    fix: 'a program criu in the PATH of containerd',
    isUsed: named('CriuPath'),
  },
  {
    what: 'disable_cgroup',
    removedIn: '2.0.0',
    fix: 'delegation of control groups v2 (rootlesscontaine.rs)',
    isUsed: named('disable_cgroup'),
  },
  {
    id: 'runtime-v1',
    what: 'the runtime io.containerd.runtime.v1.linux',
    removedIn: '2.0.0',
    fix: '`runtime_type = "io.containerd.runc.v2"`',
    isUsed: valued('runtime_type', 'io.containerd.runtime.v1.linux'),
  },
  {
    id: 'runtime-runc-v1',
    what: 'the runtime io.containerd.runc.v1',
    removedIn: '2.0.0',
    fix: '`runtime_type = "io.containerd.runc.v2"`',
    isUsed: valued('runtime_type', 'io.containerd.runc.v1'),
  },
  {
    id: 'aufs-snapshotter',
    what: 'the snapshotter aufs',
    removedIn: '2.0.0',
    fix: '`snapshotter = "overlayfs"`, on a drained node',
    isUsed: valued('snapshotter', 'aufs'),
  },
  {
    id: 'restart-logpath',
    what: 'the label containerd.io/restart.logpath of a container',
    removedIn: '2.0.0',
    fix: 'the label containerd.io/restart.loguri',
  },
  {
    id: 'cri-api-v1alpha2',
    what: 'CRI v1alpha2, which somebody asked for',
    removedIn: '2.0.0',
    fix: 'CRI v1: kubelets from 1.26 on speak nothing else; look for an old crictl, or an agent of monitoring, on the node',
  },
  {
    id: 'pull-schema-1-image',
    what: 'an image of Docker Schema 1, which was pulled (off in 2.0, gone in 2.1)',
    removedIn: '2.0.0',
    fix: 'that image built and pushed anew; to find it: ctr -n k8s.io image list \'labels."io.containerd.image/converted-docker-schema1"\'',
  },
  {
    id: 'go-plugin-library',
    what: 'libraries (*.so) as plugins',
    removedIn: '2.1.0',
    fix: 'a proxy plugin, or one that is a program; no `plugin_dir`',
    isUsed: ({ path, value }) => path.length === 1 && named('plugin_dir')({ path, value }),
  },
  {
    id: 'tracing-processor-config',
    what: 'endpoint, protocol or insecure of the OTLP processor',
    removedIn: '2.4.0',
    fix: 'OTEL_EXPORTER_OTLP_* in the environment of containerd.service',
    isUsed: ofPlugin('io.containerd.tracing.processor.v1.otlp', 'endpoint', 'protocol', 'insecure'),
  },
  {
    id: 'tracing-service-config',
    what: 'service_name or sampling_ratio of tracing',
    removedIn: '2.4.0',
    fix: 'OTEL_SERVICE_NAME and OTEL_TRACES_SAMPLER in the environment of containerd.service',
    isUsed: ofPlugin('io.containerd.internal.v1.tracing', 'service_name', 'sampling_ratio'),
  },
  {
    id: 'cri-cni-bin-dir',
    what: 'bin_dir of cni, in the form of 2.x',
    removedIn: '2.4.0',
    fix: '`bin_dirs = [ … ]`',
    isUsed: ofPlugin('io.containerd.cri.v1.runtime', 'bin_dir'),
  },
  { id: 'enable-cdi', what: 'enable_cdi', removedIn: '2.4.0', fix: 'nothing: it is always on' },
  {
    id: 'cri-registry-mirrors',
    what: 'mirrors of the registry',
    removedIn: '2.7.0',
    fix: configPath,
    isUsed: ofRegistry('mirrors'),
  },
  {
    id: 'cri-registry-auths',
    what: 'auths of the registry',
    removedIn: '2.7.0',
    fix: 'imagePullSecrets of the pods',
    isUsed: ofRegistry('auths'),
  },
  {
    id: 'cri-registry-configs',
    what: 'configs of the registry',
    removedIn: '2.7.0',
    fix: configPath,
    isUsed: ofRegistry('configs'),
  },
];

/** Something that a node uses and that goes, or is gone, with a later containerd. */
export interface UsedRemoval {
  readonly what: string;
  readonly fix: string;
  /** Missing where nobody here knows. */
  readonly removedIn?: string;
}

/** What a node's containerd saw used, and what its file says: each once, in the order in which they went. */
export const usedRemovals = (
  warnings: readonly RuntimeDeprecation[],
  settings: readonly Setting[],
): readonly UsedRemoval[] => {
  const known = removals.filter(
    ({ id, isUsed }) =>
      warnings.some((warning) => warning.id === id) || (isUsed !== undefined && settings.some(isUsed)),
  );
  const unknown = warnings.filter(({ id }) => !removals.some((removal) => removal.id === id));
  return [
    ...known.map(({ what, fix, removedIn }) => ({ what, fix, removedIn })),
    ...unknown.map(({ id, message }) => ({ what: id, fix: message })),
  ];
};

/** Whether it is gone in a version. */
export const isGoneIn = ({ removedIn }: UsedRemoval, version: string): boolean =>
  removedIn !== undefined && semver.gte(version, removedIn);
