import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';
import { withEtcd } from './etcdctl.ts';
import { flagOfManifest, manifestDirectory, manifestFile } from './manifest.ts';
import { quoteWord } from './quote.ts';

/** What restores of etcd keep on a node, a directory each; beside the directories of runs, which are pruned by size. */
export const etcdRestores = '/var/lib/nodeops-etcd';
/** kubeadm's manifests while they are away; `putBack` (commands/restore-point.ts) reads it as a point. */
export const awayPoint = `${etcdRestores}/away`;
/** kubeadm's own, by name: kube-vip, keepalived, haproxy stay. In the order in which they are ended. */
export const controlPlaneManifests = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const;

export const restorePath = (restore: string): string => `${etcdRestores}/${restore}`;
export const stagedSnapshot = (restore: string): string => `${restorePath(restore)}/etcd-snapshot.db`;

/** The manifest of etcd, in its place or away; `flag NAME` reads what it gives etcd. Empty where there is none. */
export const etcdManifest = String.raw`manifest=${manifestFile('etcd')}
[ -e "$manifest" ] || manifest=${awayPoint}/files${manifestFile('etcd')}
${flagOfManifest}
data=$(flag data-dir)`;

/**
 * Where the data of a restore lie: in the same directory as etcd's, so that both can be renamed into each other's place;
 * within etcd's where that is a mount point. Source: rename(2), EXDEV; mountpoint(1), util-linux.
 */
export const dataBase =
  'if mountpoint -q "$data"; then base=$data/nodeops-restores; else base=${data%/}-nodeops-restores; fi';

/** Processes that kubeadm's static pods run, zombies left out: `process NAME PID`. A name has 15 characters (proc(5)). */
export const listProcesses = [
  'for process in /proc/[0-9]*; do',
  '  { read -r name <"$process/comm"; } 2>/dev/null || continue',
  '  case $name in',
  '  kube-apiserver | kube-scheduler | etcd) ;;',
  '  kube-controller) name=kube-controller-manager ;;',
  '  *) continue ;;',
  '  esac',
  `  words=$(tr '\\0' '\\n' <"$process/cmdline" 2>/dev/null) || continue`,
  '  case $words in *=/etc/kubernetes/*) ;; *) continue ;; esac',
  `  if [ "$name" = etcd ]; then printf '%s\\n' "$words" | grep -qxF -e "--data-dir=$data" || continue; fi`,
  '  echo "process $name ${process##*/}"',
  'done',
].join('\n');

/** Everything that a restore leaves on a node, and what of etcd is there: a word and its values a line. */
export const lookAtRestores: Command = read([
  'sh',
  '-c',
  [
    etcdManifest,
    `cd ${etcdRestores} 2>/dev/null && for d in *; do`,
    '  case $d in [0-9]*-*) [ -d "$d" ] || continue ;; *) continue ;; esac',
    `  printf 'restore %s %s' "$d" "$(cat "$d/of" 2>/dev/null || echo -)"`,
    `  for each in staged restored swapped kubelet done; do [ ! -e "$d/$each" ] || printf ' %s' "$each"; done`,
    '  echo',
    'done',
    `for each in ${controlPlaneManifests.join(' ')}; do`,
    `  if [ -e "${manifestDirectory}/$each.yaml" ]; then echo "manifest $each here"`,
    `  elif [ -e "${awayPoint}/files${manifestDirectory}/$each.yaml" ]; then echo "manifest $each away"; fi`,
    'done',
    'for each in name data-dir wal-dir initial-advertise-peer-urls initial-cluster initial-cluster-token; do',
    `  value=$(flag "$each"); [ -z "$value" ] || printf 'flag %s %s\\n' "$each" "$value"`,
    'done',
    listProcesses,
    `[ -z "$data" ] || [ ! -d "$data/member" ] || echo 'member here'`,
    `room() { echo "room $1 $(df -Pk "$2" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 1,4)"; }`,
    'room state /var/lib',
    `[ -z "$data" ] || { at=$data; [ -d "$at" ] || at=$(dirname "$data"); room data "$at"; ${dataBase}; echo "base $base"; }`,
    'echo end',
  ].join('\n'),
]);

/**
 * Keeps what is needed to restore without a running etcd: etcdutl, from the file system of the etcd that runs, otherwise
 * from its image in containerd (`ctr images mount`, containerd 1.6). `of` is the identity of the cluster whose backup it
 * is. The snapshot has to be there; `staged` is written last. An etcdutl that cannot raise the revision is refused:
 * clients would take old objects for new ones (Kubernetes, KEP-647, "etcd restore").
 */
export const stageRestore = (restore: string, of: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `cd ${quoteWord(restorePath(restore))}`,
        etcdManifest,
        'tool=',
        // Whoever runs as etcd over that directory is it.
        'for process in /proc/[0-9]*; do',
        '  { read -r name <"$process/comm"; } 2>/dev/null && [ "$name" = etcd ] || continue',
        `  tr '\\0' '\\n' <"$process/cmdline" | grep -qxF -e "--data-dir=$data" || continue`,
        '  tool=$process/root$(dirname "$(readlink "$process/exe")")/etcdutl',
        'done',
        'mounted=',
        `leave() { [ -z "$mounted" ] || ctr --namespace=k8s.io images unmount --rm "$mounted" > /dev/null || :; [ -z "$mounted" ] || rmdir "$mounted" 2> /dev/null || :; }`,
        'trap leave EXIT',
        'if [ -z "$tool" ]; then',
        `  image=$(sed -n 's/^ *image: *//p' "$manifest" | head -n 1)`,
        '  command -v ctr > /dev/null || { echo "etcd does not run here, and there is no ctr that could read its image $image" >&2; exit 1; }',
        '  mounted=$PWD/image',
        '  mkdir -p "$mounted"',
        '  ctr --namespace=k8s.io images mount "$image" "$mounted" > /dev/null',
        '  tool=$mounted/usr/local/bin/etcdutl',
        'fi',
        '[ -e "$tool" ] || { echo "no etcdutl in the image of etcd here: it came with etcd 3.5" >&2; exit 1; }',
        'cp "$tool" etcdutl.new',
        'chmod 0700 etcdutl.new',
        'mv -f etcdutl.new etcdutl',
        `./etcdutl snapshot restore --help | grep -q -e --bump-revision || { echo "etcdutl here cannot raise the revision (--bump-revision): bring etcd to a newer patch of its minor" >&2; exit 1; }`,
        './etcdutl snapshot status etcd-snapshot.db --write-out=json',
        `printf '%s\\n' ${quoteWord(of)} > of`,
        'sync',
        'touch staged',
      ].join('\n'),
    ],
    { timeoutMs: 15 * 60_000 },
  );

/**
 * Takes kubeadm's manifests away by name; the kubelet then ends their pods. Each is kept before it is removed, so that
 * none is ever nowhere. `first`: lines of the script that come before.
 */
export const takeManifestsAway = (components: readonly string[], first: readonly string[] = []): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        ...first,
        `kept=${awayPoint}/files${manifestDirectory}`,
        'mkdir -p "$kept"',
        `for each in ${components.join(' ')}; do`,
        `  file=${manifestDirectory}/$each.yaml`,
        '  [ -e "$file" ] || continue',
        '  cp -a "$file" "$kept/.$each.new"',
        '  mv -f "$kept/.$each.new" "$kept/$each.yaml"',
        `  touch ${awayPoint}/complete`,
        '  sync',
        '  rm -f "$file"',
        '  echo "$file is away"',
        'done',
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );

export interface RestoredMember {
  readonly restore: string;
  /** `cp1=https://10.0.0.11:2380,…` */
  readonly initialCluster: string;
  readonly token: string;
  readonly name: string;
  readonly peerUrl: string;
  readonly bumpRevision: number;
}

/** Makes a member's data out of the snapshot, beside etcd's own, which stay untouched. */
export const restoreData = (member: RestoredMember): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `cd ${quoteWord(restorePath(member.restore))}`,
        etcdManifest,
        dataBase,
        '[ ! -e restored ] || exit 0',
        `new=$base/${quoteWord(member.restore)}/new`,
        'rm -rf "$new"',
        'mkdir -p "$(dirname "$new")"',
        `./etcdutl snapshot restore etcd-snapshot.db --data-dir="$new" --name=${quoteWord(member.name)} --initial-cluster=${quoteWord(member.initialCluster)} --initial-cluster-token=${quoteWord(member.token)} --initial-advertise-peer-urls=${quoteWord(member.peerUrl)} --bump-revision=${member.bumpRevision} --mark-compacted`,
        'if [ -d "$data" ]; then chown -R --reference="$data" "$new"; fi',
        'chmod 0700 "$new" "$new/member"',
        'sync',
        'touch restored',
      ].join('\n'),
    ],
    { timeoutMs: 60 * 60_000 },
  );

/**
 * Puts the restored data in the place of etcd's by two renames. The old stay beside them. Refuses while an etcd runs over
 * that directory. Killed between any two of its lines and run again it ends the same way.
 */
export const swapData = (restore: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `cd ${quoteWord(restorePath(restore))}`,
        etcdManifest,
        dataBase,
        '[ ! -e swapped ] || exit 0',
        '[ -e restored ]',
        `running=$( { ${listProcesses}\n} | grep '^process etcd ' || :)`,
        '[ -z "$running" ] || { echo "etcd still runs: $running" >&2; exit 1; }',
        `of=$base/${quoteWord(restore)}`,
        'if [ -d "$of/new/member" ]; then',
        '  mkdir -p "$data" "$of/old"',
        '  if [ -e "$data/member" ]; then',
        '    kept=$of/old/member',
        // Only where something made another one between the two renames of a run that was killed.
        '    [ ! -e "$kept" ] || kept=$of/old/member.$(date +%s)',
        '    mv -T "$data/member" "$kept"',
        '  fi',
        '  mv -T "$of/new/member" "$data/member"',
        'fi',
        'chmod 0700 "$data"',
        'sync',
        'touch swapped',
        'echo "before: $(ls -d "$of"/old/* 2> /dev/null || echo nothing was there)"',
      ].join('\n'),
    ],
    { timeoutMs: 300_000 },
  );

/** Restarts the kubelet, once for each restore: what it keeps of pods and endpoints is from another time. */
export const restartKubeletOnce = (restore: string): Command =>
  write([
    'sh',
    '-c',
    'set -eu\numask 077\nmkdir -p "$1"\nsystemctl restart kubelet\ntouch "$1/kubelet"',
    'restart-kubelet-once',
    restorePath(restore),
  ]);

/** Writes down that it is over, and removes what holds every Secret of the cluster; etcd's old data stay. */
export const closeRestore = (restore: string): Command =>
  write([
    'sh',
    '-c',
    'set -eu\ncd "$1"\nrm -rf etcd-snapshot.db etcdutl etcdutl.new "$2"\ntouch done',
    'close-restore',
    restorePath(restore),
    awayPoint,
  ]);

/** How many keys of Kubernetes etcd has: `"Count" : 355`. */
export const countObjects: Command = read(withEtcd('etcdctl get /registry/ --prefix --count-only --write-out=fields'));
