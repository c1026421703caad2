import type { Command } from '../model/command.ts';
import { detached, read } from './build.ts';
import { etcdManifest, listProcesses } from './etcd-restore.ts';
import { flagOfManifest, manifestFile } from './manifest.ts';
import { keepMark } from './node-marks.ts';
import { quoteWord } from './quote.ts';

/** What was there before a renewal, keys and all: root's only. */
const kept = '/var/lib/nodeops-certificates';

/** kubeadm's programs with certificates that only a restart makes them read. */
export const certificateUsers = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/**
 * `kubeadm certs renew all`, which takes names and addresses from the certificates that are there. What was there before
 * is kept on the node. Copies of admin.conf in home directories follow it, keeping owner and mode. Source:
 * kubernetes.io, Certificate Management with kubeadm, "Manual certificate renewal".
 */
export const renewCertificates = (maintenance: string): Command => {
  const archive = quoteWord(`${kept}/${maintenance}.tar`);
  return detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 077',
        `mkdir -p ${kept}`,
        `find ${kept} -type f -mtime +90 -delete`,
        `if [ ! -e ${archive} ]; then (cd / && tar -cf ${archive}.new etc/kubernetes/pki etc/kubernetes/*.conf) && sync -f ${archive}.new && mv ${archive}.new ${archive}; fi`,
        // Written down first: after a renewal that was killed the copies no longer look like copies.
        `copies=${archive}.copies`,
        '[ -e "$copies" ] || { for file in /root/.kube/config /home/*/.kube/config; do cmp -s "$file" /etc/kubernetes/admin.conf && echo "$file"; done; :; } > "$copies"',
        'kubeadm certs renew all',
        'while read -r file; do cat /etc/kubernetes/admin.conf > "$file"; echo "$file follows admin.conf"; done < "$copies"',
        ...keepMark(maintenance, 'certificates', 'date +%s'),
      ].join('\n'),
    ],
    { timeoutMs: 5 * 60_000 },
  );
};

/**
 * Since when kubeadm's programs run on this control plane, and the files of certificates that their command lines name:
 * `process NAME PID TICKS`, `file NAME SECONDS`, in ticks after the boot and seconds since 1970.
 */
export const lookAtCertificateUsers: Command = read([
  'sh',
  '-c',
  [
    etcdManifest,
    'echo "clock $(getconf CLK_TCK) $(sed -n \'s/^btime //p\' /proc/stat)"',
    `{ ${listProcesses}; } | while read -r word name pid; do`,
    `  ticks=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20) || continue`,
    '  [ -n "$ticks" ] || continue',
    '  echo "process $name $pid $ticks"',
    `  tr '\\0' '\\n' <"/proc/$pid/cmdline" | sed -n 's/^--[a-z-]*=\\(\\/.*\\.\\(crt\\|pem\\|conf\\)\\)$/\\1/p' | sort -u |`,
    '    while read -r file; do [ ! -e "$file" ] || echo "file $name $(stat -c %Y "$file")"; done',
    'done',
    'echo end',
  ].join('\n'),
]);

/** A kubelet gives them so long, too: terminationGracePeriodSeconds of a static pod that does not say otherwise. */
const graceSeconds = 30;

/** Together, since nothing works while one of them is away; the others end by themselves without an API server. */
const first: readonly string[] = ['etcd', 'kube-apiserver'];

const restartTogether = (programs: readonly Program[]): readonly string[] => [
  ...programs.map(({ name, pid }) => `! runs ${name} ${pid} || kill -TERM ${pid}`),
  ...programs.map(({ name, pid }) => `anew ${name} ${pid}`),
];

/** A program of a static pod, by its process. */
export interface Program {
  readonly name: string;
  readonly pid: number;
}

/**
 * Ends programs of kubeadm's static pods, and waits for those that the kubelet starts instead: the containers are
 * restarted where they are, and their manifests stay in their place. One that has begun anew by itself is left alone.
 * Source: lab, 1.35.4: etcd was back after 7 s; an API server ends 60 s after SIGTERM where nobody kills it.
 */
export const restartPrograms = (programs: readonly Program[]): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -u',
        etcdManifest,
        `running() { { ${listProcesses}; } | sed -n "s/^process $1 //p"; }`,
        'runs() { running "$1" | grep -qx "$2"; }',
        'anew() {',
        '  waited=0',
        '  while runs "$1" "$2"; do',
        '    sleep 1',
        '    waited=$((waited + 1))',
        `    [ "$waited" -ne ${graceSeconds} ] || kill -KILL "$2" 2>/dev/null`,
        '    [ "$waited" -lt 60 ] || { echo "$1 (process $2) does not end" >&2; exit 1; }',
        '  done',
        '  waited=0',
        '  while new=$(running "$1" | head -n 1); [ -z "$new" ]; do',
        '    sleep 1',
        '    waited=$((waited + 1))',
        '    [ "$waited" -lt 300 ] || { echo "$1 was not started again: journalctl -u kubelet" >&2; exit 1; }',
        '  done',
        '  echo "$1: process $2 ended, process $new runs"',
        '}',
        ...restartTogether(programs.filter(({ name }) => first.includes(name))),
        ...restartTogether(programs.filter(({ name }) => !first.includes(name))),
      ].join('\n'),
    ],
    { timeoutMs: 15 * 60_000 },
  );

/**
 * Until when the certificates hold that the API server and etcd of this control plane show to whoever asks: `served NAME
 * FILE`, then what curl says of it, a line each. No key is needed: they show it before they ask for one.
 */
export const askServedCertificates: Command = read(
  [
    'sh',
    '-c',
    [
      etcdManifest,
      "words() { tr '\\0' '\\n' <\"/proc/$1/cmdline\"; }",
      `asked() { echo "served $1 $2"; curl -skv --max-time 10 -o /dev/null "$3" 2>&1 | grep -i '^\\* *expire date:' | head -n 1; }`,
      `{ ${listProcesses}; } | while read -r word name pid; do`,
      '  case $name in',
      '  kube-apiserver)',
      '    file=$(words "$pid" | sed -n \'s/^--tls-cert-file=//p\')',
      '    port=$(words "$pid" | sed -n \'s/^--secure-port=//p\')',
      '    asked "$name" "$file" "https://127.0.0.1:${port:-6443}/readyz" ;;',
      '  etcd)',
      '    file=$(words "$pid" | sed -n \'s/^--cert-file=//p\')',
      '    url=$(words "$pid" | sed -n \'s/^--listen-client-urls=//p\' | cut -d , -f 1)',
      '    asked "$name" "$file" "$url/health" ;;',
      '  esac',
      'done',
      'echo end',
    ].join('\n'),
  ],
  { timeoutMs: 60_000 },
);

/**
 * Whether controller manager and scheduler of this control plane say that they are well: `well NAME` or `ill NAME`, a
 * line for each that has a manifest. Their `/healthz` answers whoever asks. Source: kubeadm, the probes of their
 * manifests; kubernetes.io, kube-scheduler, `--authorization-always-allow-paths`.
 */
export const askLeaders: Command = read(
  [
    'sh',
    '-c',
    [
      flagOfManifest,
      'leader() {',
      `  manifest=${manifestFile('$1')}`,
      '  [ -e "$manifest" ] || return 0',
      '  host=$(flag bind-address) port=$(flag secure-port)',
      '  case $host in "" | 0.0.0.0 | ::) host=127.0.0.1 ;; *:*) host="[$host]" ;; esac',
      '  if curl -skf --max-time 5 -o /dev/null "https://$host:${port:-$2}/healthz"; then echo "well $1"; else echo "ill $1"; fi',
      '}',
      // Where it is missing nobody can ask them.
      'command -v curl > /dev/null || { echo end; exit; }',
      'leader kube-controller-manager 10257',
      'leader kube-scheduler 10259',
      'echo end',
    ].join('\n'),
  ],
  { timeoutMs: 30_000 },
);
