import type { Command } from '../model/command.ts';
import { detached, read, write } from './build.ts';
import { withEtcd } from './etcdctl.ts';

/** etcd preallocates 64 MiB for each of two logs (etcd, wal.SegmentSizeBytes), and some room stays. */
const spareKiB = 192 * 1024;

/** Fails where a file of `bytes` and what etcd makes of it have no room below /var/lib. Source: df(1) `-P`. */
export const roomForRestore = (bytes: number): Command =>
  read([
    'sh',
    '-c',
    [
      'free=$(df -Pk /var/lib | tail -n 1 | tr -s " " | cut -d " " -f 4)',
      '[ "$free" -ge "$1" ] || { echo "/var/lib has $free KiB left, trying the restore needs $1" >&2; exit 1; }',
    ].join('\n'),
    'room-for-restore',
    String(Math.ceil((2 * bytes) / 1024) + spareKiB),
  ]);

/** Writes standard input to a file for root only, and prints the sha256 of what arrived. */
export const receiveFile = (path: string): Command =>
  write(
    [
      'sh',
      '-c',
      'set -e\numask 077\nmkdir -p "$(dirname "$1")"\ncat > "$1"\nsync -f "$1"\nsha256sum "$1" | cut -c 1-64',
      'receive-file',
      path,
    ],
    { timeoutMs: 3 * 3_600_000 },
  );

/**
 * Restores the snapshot `<kept>.db` into a directory of its own, starts a second etcd over it that listens on sockets in
 * the run's directory only, reads everything back, and leaves `<kept>.json`: what it found. The running etcd is not
 * touched; the second one is a cluster of one member with an identity of its own. Its name and addresses are those that
 * `etcdutl snapshot restore` gives where none are named; `http://localhost:2379` is only ever told, never listened on,
 * since etcd takes no socket there (lab, 3.6.6).
 */
export const testRestore = (kept: string): Command =>
  detached(
    withEtcd(
      [
        'set -eu',
        'umask 077',
        'kept=$1',
        'pid=',
        'leave() { [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2> /dev/null || :; rm -rf "$kept.data" "$kept.client" "$kept.peer" "$kept.log"; }',
        'trap leave EXIT',
        `trap 'exit 1' HUP INT TERM`,
        'rm -rf "$kept.data" "$kept.client" "$kept.peer" "$kept.json"',
        'if [ -e "$programs/etcdutl" ]; then tool=etcdutl; else tool=etcdctl; fi',
        'status=$("$programs/$tool" snapshot status "$kept.db" --write-out=json)',
        '"$programs/$tool" snapshot restore "$kept.db" --data-dir="$kept.data"',
        '"$programs/etcd" --name=default --data-dir="$kept.data" --listen-client-urls="unix://$kept.client" --listen-peer-urls="unix://$kept.peer" --advertise-client-urls=http://localhost:2379 --initial-advertise-peer-urls=http://localhost:2380 --initial-cluster=default=http://localhost:2380 > "$kept.log" 2>&1 &',
        'pid=$!',
        'second() { "$programs/etcdctl" --endpoints="unix://$kept.client" "$@"; }',
        'tries=0',
        'until [ -S "$kept.client" ] && second endpoint health > /dev/null 2>&1; do',
        '  tries=$((tries + 1))',
        '  if [ "$tries" -ge 120 ] || ! kill -0 "$pid" 2> /dev/null; then tail -n 5 "$kept.log" >&2; echo "the etcd over the restored data does not serve" >&2; exit 1; fi',
        '  sleep 0.5',
        'done',
        'endpoint=$(second endpoint status --write-out=json)',
        // Every key, and every value: what cannot be read fails here.
        `keys=$(second get '' --from-key --keys-only | grep -c .) || keys=0`,
        `bytes=$(second --command-timeout=10m get '' --from-key --print-value-only | wc -c)`,
        'namespace=$(second get /registry/namespaces/kube-system --keys-only | grep -c .) || namespace=0',
        'nodes=$(second get /registry/minions/ --prefix --keys-only | grep -c .) || nodes=0',
        `printf '{"snapshot":%s,"endpoint":%s,"keys":%s,"bytes":%s,"kubeSystem":%s,"nodes":%s}\\n' "$status" "$endpoint" "$keys" "$bytes" "$namespace" "$nodes" > "$kept.json"`,
        'cat "$kept.json"',
      ].join('\n'),
      kept,
    ),
    { timeoutMs: 60 * 60_000 },
  );
