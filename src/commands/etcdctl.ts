import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';
import { findEtcd, findEtcdOnHost } from './find-etcd.ts';

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

/**
 * The same command, to be run on a host that has nothing but etcd: there it is found as the service that it is. Any
 * other command stays as it is.
 */
export const onEtcdHost = (command: Command): Command => {
  const [shell = '', option = '', script = '', ...args] = command.argv;
  return script.startsWith(`${findEtcd}\n`)
    ? { ...command, argv: [shell, option, findEtcdOnHost + script.slice(findEtcd.length), ...args] }
    : command;
};

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

/**
 * Lets the members go back to the minor before theirs, one after the other: each makes its storage ready for it within
 * seconds. Known from 3.6 on; ends with 1 (`invalid downgrade target version`) where it is allowed already, or where one is
 * back there. Tried on three members, 3.6.6 → 3.5.33; without it a 3.5 over data of 3.6 ends at once.
 */
export const enableDowngrade = (minor: string): Command => write(etcdctl('downgrade', 'enable', minor));

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
