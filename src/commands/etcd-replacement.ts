import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';
import { awayPoint, dataBase, etcdManifest, etcdRestores, listProcesses, takeManifestsAway } from './etcd-restore.ts';
import { withEtcd } from './etcdctl.ts';
import { noManifest } from './find-etcd.ts';
import { manifestFile } from './manifest.ts';
import { quoteWord } from './quote.ts';

/** What replacements of etcd's member keep on a node, a directory each. */
const replacements = `${etcdRestores}/members`;
const pathOf = (replacement: string): string => quoteWord(`${replacements}/${replacement}`);

const manifest = manifestFile('etcd');
const keptManifest = `${awayPoint}/files${manifest}`;

/** Says of a node that its etcd is not asked: what it answers may be another cluster's than that of the others. */
export const notAsked: Command = read(['sh', '-c', `echo ${quoteWord(noManifest)} >&2; exit 1`]);

/**
 * What of etcd is on a node, asked of files and processes alone: a word and its values a line. `said` is the last fatal
 * line of the container's log, as the container runtime keeps it.
 */
export const lookAtMember: Command = read([
  'sh',
  '-c',
  [
    etcdManifest,
    `cd ${replacements} 2>/dev/null && for d in *; do`,
    '  case $d in [0-9]*-*) [ -d "$d" ] || continue ;; *) continue ;; esac',
    `  printf 'replacement %s' "$d"`,
    `  for each in begun aside done; do [ ! -e "$d/$each" ] || printf ' %s' "$each"; done`,
    '  echo',
    'done',
    `if [ -e ${manifest} ]; then echo 'manifest here'; elif [ -e ${keptManifest} ]; then echo 'manifest away'; fi`,
    `[ -e ${manifestFile('kube-scheduler')} ] || [ ! -e ${awayPoint}/files${manifestFile('kube-scheduler')} ] || echo restoring`,
    'for each in name data-dir wal-dir initial-advertise-peer-urls initial-cluster initial-cluster-state; do',
    `  value=$(flag "$each"); [ -z "$value" ] || printf 'flag %s %s\\n' "$each" "$value"`,
    'done',
    listProcesses,
    // An etcd that found nothing has left an empty database, and no log (lab, 3.6.6): it goes by its log (etcd, haveWAL).
    `[ -z "$data" ] || ! ls "$data"/member/wal/*.wal > /dev/null 2>&1 || echo 'member here'`,
    `[ -z "$data" ] || { at=$data; [ -d "$at" ] || at=$(dirname "$data"); echo "room $(df -Pk "$at" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4)"; ${dataBase}; echo "base $base"; }`,
    'log=$(ls -t /var/log/pods/kube-system_etcd-*/etcd/*.log 2>/dev/null | head -n 1)',
    `[ -z "$log" ] || tail -n 400 "$log" | grep -e '"level":"fatal"' -e '"level":"panic"' | tail -n 1 | cut -c 1-2000 | sed 's/^/said /'`,
    'echo end',
  ].join('\n'),
]);

/** In this order: an API server must not show for a moment what another etcd beside it has. */
export const endedForMember = ['kube-apiserver', 'etcd'] as const;

/**
 * Ends the etcd of a node, and the API server that lives on it, by taking their manifests away. From then on the replacement has begun on that node.
 */
export const beginReplacement = (replacement: string): Command =>
  takeManifestsAway(endedForMember, [`mkdir -p ${pathOf(replacement)}`, `touch ${pathOf(replacement)}/begun`]);

/** Asked of another control plane's etcd, by the ID in hexadecimal. */
export const removeMember = (hexId: string): Command =>
  detached(withEtcd('etcdctl member remove "$1"', hexId), { timeoutMs: 60_000 });

/** Asked of another control plane's etcd: a member that has no vote until it is promoted. */
export const addLearner = (name: string, peerUrl: string): Command =>
  detached(withEtcd('etcdctl member add "$1" --learner --peer-urls="$2"', name, peerUrl), { timeoutMs: 60_000 });

/** How long a learner may take to catch up once it answers, in seconds. */
const syncSeconds = 300;

/**
 * Asked of another control plane's etcd, which promotes only a learner that is in sync with the leader (its log at 90 %
 * of the leader's; etcd, isLearnerReady): it is asked until it does.
 */
export const promoteMember = (hexId: string): Command =>
  detached(
    withEtcd(
      [
        `until=$(($(date +%s) + ${syncSeconds}))`,
        'while :; do',
        '  said=$(etcdctl member promote "$1" 2>&1)',
        '  code=$?',
        '  case $said in',
        `  *'in sync with leader'*) [ "$(date +%s)" -lt "$until" ] || break ;;`,
        '  *) break ;;',
        '  esac',
        '  sleep 1',
        'done',
        `printf '%s\\n' "$said"`,
        'exit "$code"',
      ].join('\n'),
      hexId,
    ),
    { timeoutMs: (syncSeconds + 60) * 1000 },
  );

/**
 * Moves what lies in etcd's data directory aside by one rename: a member that was removed cannot come back with it, and
 * one that is added begins with nothing. Refuses while an etcd runs there, or could be started.
 */
export const setDataAside = (replacement: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        etcdManifest,
        dataBase,
        `cd ${pathOf(replacement)}`,
        '[ ! -e aside ] || exit 0',
        `[ ! -e ${manifest} ] || { echo '${manifest} is in its place: etcd could be started meanwhile' >&2; exit 1; }`,
        `running=$( { ${listProcesses}\n} | grep '^process etcd ' || :)`,
        '[ -z "$running" ] || { echo "etcd still runs: $running" >&2; exit 1; }',
        `kept=$base/member-${quoteWord(replacement)}/old`,
        'mkdir -p "$data"',
        'if [ -e "$data/member" ]; then',
        '  mkdir -p "$kept"',
        '  mv -T "$data/member" "$kept/member"',
        '  echo "what was in $data is in $kept"',
        'fi',
        'chmod 0700 "$data"',
        'sync',
        'touch aside',
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );

/**
 * Puts the manifest in its place with the members that etcd is to find, as `kubeadm join` writes it (kubeadm,
 * getEtcdCommand: --initial-cluster with all members, --initial-cluster-state=existing). A manifest with other than one
 * line of --initial-cluster is left alone. The file is made beside the directory: a kubelet takes all in it for a pod.
 */
export const startMember = (replacement: string, initialCluster: string): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `[ -e ${pathOf(replacement)}/aside ] || { echo 'the data of the lost member are still in their place' >&2; exit 1; }`,
        `from=${manifest}`,
        `[ -e "$from" ] || from=${keptManifest}`,
        'beside=/etc/kubernetes/.nodeops-etcd',
        `[ "$(grep -c -e '^ *- "\\{0,1\\}--initial-cluster=' "$from")" = 1 ] || { echo "$from has no single line with --initial-cluster" >&2; exit 1; }`,
        'cp -a "$from" "$beside"',
        `sed -e '/^ *- "\\{0,1\\}--initial-cluster-state=/d' -e ${quoteWord(`s|^\\( *\\)- "\\{0,1\\}--initial-cluster=.*|\\1- --initial-cluster=${initialCluster}\\n\\1- --initial-cluster-state=existing|`)} "$from" > "$beside"`,
        'sync',
        `mv -f "$beside" ${manifest}`,
        `echo '${manifest} is back'`,
      ].join('\n'),
    ],
    { timeoutMs: 120_000 },
  );

/** Writes down that it is over; etcd's old data stay. */
export const closeReplacement = (replacement: string): Command =>
  write([
    'sh',
    '-c',
    'set -eu\numask 077\nmkdir -p "$1"\nrm -rf "$2"\ntouch "$1/done"',
    'close-replacement',
    `${replacements}/${replacement}`,
    awayPoint,
  ]);
