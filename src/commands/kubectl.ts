import type { Command } from '../model/command.ts';
import { read, write, detached, type CommandOptions } from './build.ts';

/** kubeadm writes it on every control plane; on joined ones it points at controlPlaneEndpoint. */
export const adminConf = '/etc/kubernetes/admin.conf';

/** The control plane that runs the command, and the address of its own API server (`https://10.0.0.11:6443`). */
export interface ApiPlace {
  readonly node: string;
  readonly apiServer: string;
  /** Those of the other control planes, as far as they are known. */
  readonly others?: readonly string[];
}

/**
 * The argv of kubectl against the API server of the node that runs it: never through the load balancer, whose answer
 * could come from a control plane of another version.
 */
export const kubectlArgv = (place: ApiPlace, ...args: readonly string[]): readonly string[] => [
  'kubectl',
  `--kubeconfig=${adminConf}`,
  `--server=${place.apiServer}`,
  '--request-timeout=15s',
  ...args,
];

/** A query. */
export const get = (place: ApiPlace, ...args: readonly string[]): Command => read(kubectlArgv(place, 'get', ...args));

/** A query of a path of the API: `/readyz`. */
export const getRaw = (place: ApiPlace, path: string): Command => read(kubectlArgv(place, 'get', '--raw', path));

/** A JSON patch (RFC 6902) of a node object; the API server refuses the whole patch when one of its tests fails. */
export const patchNode = (place: ApiPlace, node: string, operations: readonly object[]): Command =>
  write(kubectlArgv(place, 'patch', 'node', node, '--type=json', `--patch=${JSON.stringify(operations)}`));

/** Labels of a node; others that it has stay. */
export const labelNode = (place: ApiPlace, node: string, labels: Readonly<Record<string, string>>): Command =>
  write(
    kubectlArgv(
      place,
      'label',
      'node',
      node,
      '--overwrite',
      ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ),
  );

/** One annotation of a node; others that it has stay. */
export const annotateNode = (place: ApiPlace, node: string, key: string, value: string): Command =>
  write(kubectlArgv(place, 'annotate', 'node', node, '--overwrite', `${key}=${value}`));

/** Another image for one container of a workload: `deployment/coredns`. */
export const setImage = (place: ApiPlace, resource: string, container: string, image: string): Command =>
  write(kubectlArgv(place, '--namespace=kube-system', 'set', 'image', resource, `${container}=${image}`));

/** `kubectl drain`; the timeout is kubectl's own, so that the command ends by itself. */
export const drain = (
  place: ApiPlace,
  node: string,
  options: { readonly timeoutMs: number; readonly deleteEmptyDirData: boolean },
): Command =>
  detached(
    [
      ...kubectlArgv(place, 'drain', node, '--ignore-daemonsets').filter((arg) => !arg.startsWith('--request-timeout')),
      ...(options.deleteEmptyDirData ? ['--delete-emptydir-data'] : []),
      `--timeout=${Math.ceil(options.timeoutMs / 1000)}s`,
    ],
    { timeoutMs: options.timeoutMs + 60_000 },
  );

/**
 * `resources` of a rule that is about evictions: `pods/eviction`, `pods/*`, `*` + `/*`. Policies are younger than
 * webhooks (admissionregistration.k8s.io/v1, Kubernetes 1.30): where there are none, asking for them fails.
 */
const dryRunScript = `nodes=$1; shift
rules=$("$@" get validatingwebhookconfigurations,mutatingwebhookconfigurations '--output=jsonpath={..resources}') || exit
rules="$rules $("$@" get validatingadmissionpolicies '--output=jsonpath={..resources}' 2>/dev/null)"
case $rules in *eviction* | */'*'*) ;; *) echo 'nothing refuses evictions'; exit 0 ;; esac
for node in $nodes; do
  "$@" drain "$node" --ignore-daemonsets --delete-emptydir-data --force --dry-run=server --timeout=1s
done
echo asked`;

/**
 * What the API server would say to each eviction of some nodes' drains, where a webhook or a policy has a say in it.
 * Changes nothing, not even a budget's count (lab, 1.35.4 and 1.36.3). kubectl sends five requests a second (lab: 80
 * pods take 14 s), and where a budget refuses, it waits for the 5 s between two tries. `--force`: what is without a
 * controller is no reason not to ask about the others.
 */
export const dryEvictions = (place: ApiPlace, nodes: readonly string[]): Command =>
  read(['sh', '-c', dryRunScript, 'sh', nodes.join(' '), ...kubectlArgv(place)], { timeoutMs: 180_000 });

/** Whose the fields of a manifest become; without `takeOver`, what another manager has is a conflict. */
export interface ManifestManager {
  readonly manager: string;
  readonly takeOver: boolean;
}

const ours: ManifestManager = { manager: 'nodeops', takeOver: true };

const serverSide = ({ manager, takeOver }: ManifestManager): readonly string[] => [
  '--server-side',
  `--field-manager=${manager}`,
  ...(takeOver ? ['--force-conflicts'] : []),
  '--filename=-',
];

/** Server-side apply of a manifest given on standard input. */
export const apply = (place: ApiPlace, manifest: string, by: ManifestManager = ours): Command =>
  write(kubectlArgv(place, 'apply', ...serverSide(by)), { stdin: manifest });

/** rc 0: nothing would change; rc 1: something would; above: an error. Nothing is changed (kubectl diff --help). */
export const diff = (
  place: ApiPlace,
  manifest: string,
  options: CommandOptions = {},
  by: ManifestManager = ours,
): Command => read(kubectlArgv(place, 'diff', ...serverSide(by)), { stdin: manifest, ...options });
