import type { Command } from '../model/command.ts';
import { detached, read, type CommandOptions } from './build.ts';
import { exec, type ApiPlace } from './kubectl.ts';

const pki = '/etc/kubernetes/pki/etcd';

/** The certificate that kubeadm makes for etcd's own probes; it may read and write everything. */
const access = [
  '--endpoints=https://127.0.0.1:2379',
  `--cacert=${pki}/ca.crt`,
  `--cert=${pki}/healthcheck-client.crt`,
  `--key=${pki}/healthcheck-client.key`,
];

/** In the etcd pod of the control plane that runs the command. Newer images have no shell: argv only. */
const inPod = (place: ApiPlace, ...argv: readonly string[]): readonly string[] =>
  exec(place, 'kube-system', `etcd-${place.node}`, ...argv);

const etcdctl = (place: ApiPlace, ...args: readonly string[]): readonly string[] =>
  inPod(place, 'etcdctl', ...access, ...args);

/** rc 1 when any member is unhealthy; the JSON is printed all the same. */
export const endpointHealth = (place: ApiPlace): Command =>
  read(etcdctl(place, 'endpoint', 'health', '--cluster', '--write-out=json'));

/** Members that do not answer are left out, with rc 1. */
export const endpointStatus = (place: ApiPlace): Command =>
  read(etcdctl(place, 'endpoint', 'status', '--cluster', '--write-out=json'));

export const memberList = (place: ApiPlace): Command => read(etcdctl(place, 'member', 'list', '--write-out=json'));

export const alarmList = (place: ApiPlace): Command => read(etcdctl(place, 'alarm', 'list', '--write-out=json'));

/** `path` is one that the pod sees: below /var/lib/etcd, a hostPath. rc 5 on failure (etcdctl's exit codes). */
export const snapshotSave = (place: ApiPlace, path: string, options: CommandOptions = {}): Command =>
  detached(etcdctl(place, 'snapshot', 'save', path), options);

/**
 * Images before 3.5 have no etcdutl, and etcdctl could do it then. Asked in this order because etcdctl 3.6 answers the
 * same words with its help and rc 0; kubectl exec says rc 1 for a missing program as for a failing one.
 */
const etcdutlOrOlder = [
  'file=$1; shift; exec 3>&1',
  'said=$("$@" etcdutl snapshot status "$file" --write-out=json 2>&1 >&3) && exit',
  'code=$?',
  'case $said in',
  `*'executable file'*'not found'*) exec "$@" etcdctl snapshot status "$file" --write-out=json ;;`,
  'esac',
  'echo "$said" >&2; exit "$code"',
].join('\n');

/** Hash, revision, keys and size of a snapshot file that the pod sees; fails where the file is not whole. */
export const snapshotStatus = (place: ApiPlace, path: string): Command =>
  read(['sh', '-c', etcdutlOrOlder, 'sh', path, ...inPod(place)]);
