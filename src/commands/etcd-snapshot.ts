import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { withEtcd } from './etcdctl.ts';

/** Eight GiB, the most that etcd is made for, at 7 MiB/s. */
const longestSave = '20m';

/**
 * Saves a snapshot of the node's own etcd as `<kept>.db` and what `etcdutl` read from it as `<kept>.json`, to be copied
 * off. The programs of etcd's image run in the node's own file system: the file never lies in etcd's data directory,
 * which kubeadm copies whole at every upgrade. `snapshot save` appends the sha256 of what it streamed (etcd,
 * clientv3/snapshot): a torn file does not match it. Images before 3.5 have no etcdutl, and etcdctl could do it then.
 */
export const takeSnapshot = (kept: string): Command =>
  detached(
    withEtcd(
      [
        'set -eu',
        'umask 077',
        'kept=$1',
        'mkdir -p "$(dirname "$kept")"',
        // What an attempt that was killed has left.
        'rm -f "$kept.db" "$kept.db.part" "$kept.json"',
        // `snapshot save` waits for ever for an etcd that does not answer (lab, 3.6.6, SIGSTOP); a question does not.
        'etcdctl endpoint status > /dev/null',
        `etcdctl --command-timeout=${longestSave} snapshot save "$kept.db"`,
        'if [ -e "$programs/etcdutl" ]; then tool=etcdutl; else tool=etcdctl; fi',
        'status=$("$programs/$tool" snapshot status "$kept.db" --write-out=json)',
        'computed=$(head -c -32 "$kept.db" | sha256sum | cut -c 1-64)',
        `appended=$(tail -c 32 "$kept.db" | od -An -v -tx1 | tr -d ' \\n')`,
        '[ "$computed" = "$appended" ] || {',
        '  echo "the snapshot is torn: sha256 $computed, it says $appended" >&2',
        '  rm -f "$kept.db"',
        '  exit 1',
        '}',
        `printf '%s\\n' "$status" > "$kept.json"`,
        'echo "$status"',
      ].join('\n'),
      kept,
    ),
    { timeoutMs: 30 * 60_000 },
  );

/** The node keeps no copy: it holds every Secret of the cluster. */
export const removeSnapshot = (kept: string): Command => write(['rm', '-f', `${kept}.db`, `${kept}.json`]);
