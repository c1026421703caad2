import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { snapshotStatus } from './etcdctl.ts';
import type { ApiPlace } from './kubectl.ts';
import { quote, quoteWord } from './quote.ts';

/** Where a finished snapshot waits on the node to be copied off: `<path>.db`, with its status as `<path>.json`. */
export interface KeptSnapshot {
  /** Where etcdctl saved it, below etcd's data directory. */
  readonly saved: string;
  /** Without an ending. */
  readonly kept: string;
}

/**
 * Verifies a saved snapshot and takes it out of etcd's data directory, which kubeadm copies whole at every upgrade.
 * `snapshot save` appends the sha256 of what it streamed (etcd, clientv3/snapshot): a torn file does not match it.
 */
export const keepSnapshot = (place: ApiPlace, { saved, kept }: KeptSnapshot): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `saved=${quoteWord(saved)} kept=${quoteWord(kept)}`,
        `status=$(${quote(snapshotStatus(place, saved).argv)})`,
        'computed=$(head -c -32 "$saved" | sha256sum | cut -c 1-64)',
        `appended=$(tail -c 32 "$saved" | od -An -v -tx1 | tr -d ' \\n')`,
        '[ "$computed" = "$appended" ] || { echo "the snapshot is torn: sha256 $computed, it says $appended" >&2; exit 1; }',
        'mkdir -p "$(dirname "$kept")"',
        'mv "$saved" "$kept.db"',
        `printf '%s\\n' "$status" > "$kept.json"`,
        'echo "$status"',
        // Leftovers of runs that were killed between saving and moving.
        'rm -f "$(dirname "$saved")"/nodeops-*.db "$(dirname "$saved")"/nodeops-*.db.part',
      ].join('\n'),
    ],
    { timeoutMs: 15 * 60_000 },
  );

/** The node keeps no copy: it holds every Secret of the cluster. */
export const removeSnapshot = (kept: string): Command => write(['rm', '-f', `${kept}.db`, `${kept}.json`]);
