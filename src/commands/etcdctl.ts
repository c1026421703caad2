import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';

/** What is said where a control plane has no etcd of its own: its members are elsewhere. */
export const noManifest = 'nodeops: this control plane has no etcd manifest';
/** What is said where there should be one. */
export const notRunning = 'nodeops: etcd does not run on this control plane';

/**
 * Finds the etcd of the static pod's manifest among the processes, by its data directory, and asks it with the etcdctl
 * of its own image: what a process sees as `/` is `/proc/PID/root` (proc(5)). That needs neither an API server nor a
 * kubelet, nor the container runtime or one of its clients, and works on a frozen etcd's image as well (lab, 1.35.4).
 * Everything is read from the process: where it listens, which certificates it has. kubeadm issues the server's for
 * clients, too (kubeadm, KubeadmCertEtcdServer: server and client authentication).
 */
const findEtcd = String.raw`manifest=/etc/kubernetes/manifests/etcd.yaml
[ -e "$manifest" ] || { echo '${noManifest}' >&2; exit 1; }
flag() { tr '\0' '\n' <"$process/cmdline" | sed -n "s/^--$1=//p" | tail -n 1; }
found=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null && [ "$name" = etcd ] || continue
  sed 's/^ *- *"\{0,1\}//; s/"\{0,1\} *$//' "$manifest" | grep -qxF -e "--data-dir=$(flag data-dir)" || continue
  found=$process
  break
done
[ -n "$found" ] || { echo '${notRunning}' >&2; exit 1; }
root=$process/root
programs=$root$(dirname "$(readlink "$process/exe")")
endpoint=$(flag listen-client-urls | cut -d , -f 1)
case $endpoint in
*//0.0.0.0:* | *//\[::\]:*) endpoint=$(flag advertise-client-urls | cut -d , -f 1) ;;
esac
etcdctl() {
  "$programs/etcdctl" --endpoints="$endpoint" --cacert="$root$(flag trusted-ca-file)" \
    --cert="$root$(flag cert-file)" --key="$root$(flag key-file)" "$@"
}`;

/**
 * The argv of a script on a control plane, for which `etcdctl` is a function that asks the etcd there, `$programs` the
 * directory of etcd's programs, `flag NAME` what etcd was started with. Ends with 1 where no etcd is found.
 */
export const withEtcd = (script: string, ...args: readonly string[]): readonly string[] => [
  'sh',
  '-c',
  `${findEtcd}\n${script}`,
  'etcdctl',
  ...args,
];

const etcdctl = (...args: readonly string[]): readonly string[] => withEtcd('etcdctl "$@"', ...args);

/** rc 1 when any member is unhealthy; the JSON is printed all the same. */
export const endpointHealth: Command = read(etcdctl('endpoint', 'health', '--cluster', '--write-out=json'));

/** Members that do not answer are left out, with rc 1. */
export const endpointStatus: Command = read(etcdctl('endpoint', 'status', '--cluster', '--write-out=json'));

export const memberList: Command = read(etcdctl('member', 'list', '--write-out=json'));

export const alarmList: Command = read(etcdctl('alarm', 'list', '--write-out=json'));

/** The flag as it was given to the member that is asked; an empty line where it was not. */
export const quotaFlag: Command = read(withEtcd('echo "$(flag quota-backend-bytes)"'));

/** Of the member that is asked alone: also without quorum, and where it is a learner. */
export const ownStatus: Command = read(etcdctl('endpoint', 'status', '--write-out=json'));

/** How long etcd may take over a database of 8 GiB: it answers nothing meanwhile. */
const longestWork = '10m';
const workMs = 15 * 60_000;

/** Gives what no key needs any more back to the file system; the member answers nothing until it has ended. */
export const defragment: Command = detached(etcdctl(`--command-timeout=${longestWork}`, 'defrag'), {
  timeoutMs: workMs,
});

/**
 * Drops all revisions before this one, and waits until that is done. That somebody else has done so already (API
 * servers do, every five minutes) is as good.
 */
export const compact = (revision: number): Command =>
  detached(
    withEtcd(
      [
        `said=$(etcdctl --command-timeout=${longestWork} compaction "$1" --physical 2>&1)`,
        'code=$?',
        'echo "$said"',
        `case $said in *'required revision has been compacted'*) exit 0 ;; esac`,
        'exit "$code"',
      ].join('\n'),
      String(revision),
    ),
    { timeoutMs: workMs },
  );

/** Whether revisions from before this one can still be read: `kept` or `gone`. */
export const historyBefore = (revisions: number): Command =>
  read(
    withEtcd(
      [
        `status=$(etcdctl endpoint status --write-out=json) || exit`,
        `newest=$(printf %s "$status" | sed 's/.*"revision":\\([0-9]*\\).*/\\1/')`,
        'at=$((newest - $1))',
        '[ "$at" -ge 1 ] || at=1',
        `said=$(etcdctl get / --limit=1 --keys-only --rev="$at" 2>&1) && { echo kept; exit; }`,
        `case $said in *'required revision has been compacted'*) echo gone; exit ;; esac`,
        'echo "$said" >&2',
        'exit 1',
      ].join('\n'),
      String(revisions),
    ),
  );

/**
 * Hands the leadership to another voter, by its ID in hexadecimal; asked of the member that leads. Ends with 128 where it
 * does not lead any more, with 1 where the other one cannot (lab, 3.6.6); with the leader as its own heir it does nothing.
 */
export const moveLeader = (hexId: string): Command => write(etcdctl('move-leader', hexId));

/** Of all members. What is to be heard of again comes back by itself: etcd raises it anew. */
export const disarmAlarms: Command = write(etcdctl('alarm', 'disarm'));

/** Beyond so many objects their keys are not gone through: etcd would read every one of them. */
export const mostCounted = 100_000;

/**
 * How many objects of each type were made, and how many were written at all, after a revision: `create 3 pods`, `mod 5
 * pods`, then `end`; `many` or `unasked` instead where that is not gone through. Types as their keys have them; custom
 * resources with their group. Only the etcdctl of 3.6 and later can ask so (etcdctl get, `--min-mod-rev`).
 */
export const writtenSince = (revision: number): Command =>
  read(
    withEtcd(
      [
        'count=$(etcdctl get /registry/ --prefix --count-only --write-out=fields) || exit',
        `count=$(printf '%s\\n' "$count" | sed -n 's/^"Count" : //p')`,
        `[ "$count" -le ${mostCounted} ] || { echo many; echo end; exit; }`,
        'for each in create mod; do',
        '  keys=$(etcdctl get /registry/ --prefix --keys-only "--min-$each-rev=$1" 2>&1) || {',
        `    case $keys in *'unknown flag'*) echo unasked; echo end; exit ;; esac`,
        '    echo "$keys" >&2',
        '    exit 1',
        '  }',
        `  printf '%s\\n' "$keys" |`,
        String.raw`    sed -n -e 's,^/registry/\([^/]*[.][^/]*/[^/]*\)/.*,\1,p' -e 's,^/registry/\([^./]*\)/.*,\1,p' |`,
        '    sort | uniq -c | sed "s/^ */$each /"',
        'done',
        'echo end',
      ].join('\n'),
      String(revision + 1),
    ),
  );
