import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { admission, fencedCode } from './fence.ts';
import { quote, quoteWord } from './quote.ts';

/** Where the files of detached commands live on a node; root only. */
export const nodeDirectory = '/var/lib/nodeops';

/** One try of one step's command on one node. */
export interface DetachedUnit {
  readonly run: string;
  /** `<step>-<attempt>`: unique within the run on that node. */
  readonly name: string;
  /** The version that the step leads to: written down, since a command line need not name it. */
  readonly version?: string;
}

export const unitDirectory = ({ run, name }: DetachedUnit): string => `${nodeDirectory}/${run}/${name}`;
export const unitName = ({ run, name }: DetachedUnit): string => `nodeops-${run}-${name}`;

/**
 * Prints which boot this is: boot_id, and when process 1 started, for in a container boot_id is the host's. Source:
 * random(4); proc(5), /proc/pid/stat, field 22, counted behind the name in parentheses.
 */
export const printBoot =
  "echo \"$(cat /proc/sys/kernel/random/boot_id) $(sed 's/.*) //' /proc/1/stat | cut -d ' ' -f 20)\"";

/** The exit code of a command that was not run because its mutex was taken. */
const mutexTaken = 75;

/**
 * `started` is created under the lock of the epoch, and the lock is let go of before the command runs: once a takeover
 * has had the lock, a unit has either visibly begun, or refuses. One that refuses leaves its code and who owns the node.
 */
const admitted = (epoch: number): readonly string[] => [
  '(',
  ...admission(String(epoch)),
  'set -C',
  `{ date +%s > started; } 2>/dev/null || exit ${mutexTaken}`,
  ') 2>> output',
  'rc=$?',
  `[ "$rc" -ne ${fencedCode} ] || [ -e started ] || echo "$rc" > exit`,
  '[ "$rc" -eq 0 ] || exit "$rc"',
];

const unguarded: readonly string[] = ['set -C', `{ date +%s > started; } 2>/dev/null || exit ${mutexTaken}`, 'set +C'];

/**
 * The script that the unit runs. Creating `started` with O_EXCL (`set -C`) is the mutex: unit names are free again
 * after a reboot, the file is not. The exit code is kept in a file, for a unit that ended well is unloaded by systemd.
 * `boot` tells afterwards a node that was restarted from a command that was killed; both are on the disk before the
 * command begins, so that a power cut leaves them.
 * A unit's environment is clean: HOME and PATH are given (lab: without HOME, kubectl writes `/.kube`).
 */
const script = (unit: DetachedUnit, command: Command, epoch: number | undefined): string => {
  const environment = Object.entries({ HOME: '/root', LC_ALL: 'C.UTF-8', ...command.env });
  return [
    '#!/bin/sh',
    `cd ${quoteWord(unitDirectory(unit))} || exit ${mutexTaken}`,
    ...(epoch === undefined ? unguarded : admitted(epoch)),
    `${printBoot} > boot`,
    'sync -f boot',
    'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...environment.map(([name, value]) => `export ${name}=${quoteWord(value)}`),
    `( cd / && exec ${quote(command.argv)} ) > output 2>&1 ${command.stdin === undefined ? '< /dev/null' : '< input'}`,
    'rc=$?',
    'date +%s > finished',
    'echo "$rc" > exit.new && sync -f exit.new && mv exit.new exit',
    '',
  ].join('\n');
};

/**
 * Puts the script on the node and starts it as a transient unit: returns at once. With an `epoch` the unit begins only
 * while the node carries it.
 * Source: systemd-run(1); `Type=exec` reports a script that cannot be executed (systemd 240 and later).
 */
export const startDetached = (unit: DetachedUnit, command: Command, epoch?: number): Command => {
  const directory = quoteWord(unitDirectory(unit));
  const starter = [
    'set -eu',
    'umask 077',
    `mkdir -p ${directory}`,
    `cd ${directory}`,
    // The first write: dash's printf would call a full file system an I/O error, cat names it.
    `printf %s ${quoteWord(quote(command.argv))} | cat > line`,
    ...(unit.version === undefined ? [] : [`printf '%s\\n' ${quoteWord(unit.version)} > for`]),
    ': >> output',
    ...(command.stdin === undefined ? [] : ['cat > input']),
    `printf %s ${quoteWord(script(unit, command, epoch))} > script`,
    'chmod 700 script',
    `exec systemd-run --quiet --unit=${quoteWord(unitName(unit))} --description=nodeops --property=Type=exec "$PWD/script"`,
  ].join('\n');
  return write(['sh', '-c', starter], {
    timeoutMs: 60_000,
    ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    ...(command.secret === undefined ? {} : { secret: command.secret }),
  });
};

/**
 * Takes the mutex of a unit whose start was lost on the way, so that it cannot begin later after all. rc 0: it never
 * will; rc 75: it has begun.
 */
export const revokeDetached = (unit: DetachedUnit): Command => {
  const revoker = [
    'umask 077',
    `mkdir -p ${quoteWord(unitDirectory(unit))} && cd ${quoteWord(unitDirectory(unit))} || exit 1`,
    'set -C',
    `{ date +%s > started; } 2>/dev/null || exit ${mutexTaken}`,
    `echo ${mutexTaken} > exit`,
  ].join('\n');
  return write(['sh', '-c', revoker]);
};

/** What the last line of a follow's standard error says. */
export type FollowState =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly code: number }
  /** Started, no exit code, and systemd does not run it any more: killed. */
  | { readonly kind: 'lost' }
  /** The same, and the node runs another boot than the one in which it was started. */
  | { readonly kind: 'rebooted' }
  | { readonly kind: 'never-started' };

/**
 * Prints the command's output from byte `offset` on as it comes, once a second, for at most `seconds`, and ends with one
 * line on standard error that says how things stand. Whether it has ended is looked at five times a second, which starts
 * nothing but a sleep on a machine that has other things to do. Reading on from the last byte seen is what makes a lost
 * connection harmless.
 */
export const followDetached = (unit: DetachedUnit, offset: number, seconds: number): Command => {
  const follower = [
    `cd ${quoteWord(unitDirectory(unit))} 2>/dev/null || { echo "nodeops-follow never-started" >&2; exit 0; }`,
    `offset=${offset} end=$(($(date +%s) + ${seconds})) state=running turn=0`,
    // systemd says so itself: a systemctl that could not ask must not pass for a unit that is gone.
    `gone() { case $(systemctl is-active ${quoteWord(unitName(unit))} 2>/dev/null) in inactive|failed|unknown) return 0;; *) return 1;; esac; }`,
    'while :; do',
    '  if [ -e exit ]; then state=ended',
    '  elif [ $((turn % 10)) -eq 0 ] && gone; then',
    '    if [ -e exit ]; then state=ended; elif [ ! -e started ]; then state=never-started',
    `    elif [ -s boot ] && [ "$(cat boot)" != "$(${printBoot})" ]; then state=rebooted; else state=lost; fi`,
    '  fi',
    '  if [ "$state" != running ] || [ $((turn % 5)) -eq 0 ]; then',
    '    size=$(stat -c %s output)',
    '    if [ "$size" -gt "$offset" ]; then tail -c "+$((offset + 1))" output | head -c "$((size - offset))"; offset=$size; fi',
    '    if [ "$state" != running ] || [ "$(date +%s)" -ge "$end" ]; then break; fi',
    '  fi',
    '  turn=$((turn + 1))',
    '  sleep 0.2',
    'done',
    'echo "nodeops-follow $state $(cat exit 2>/dev/null)" >&2',
  ].join('\n');
  return read(['sh', '-c', follower], { timeoutMs: (seconds + 30) * 1000 });
};

/** Reads the last line that followDetached printed on standard error; undefined when it never got that far. */
export const parseFollow = (stderr: string): FollowState | undefined => {
  const [, state, code] = /nodeops-follow (\S+) ?(\d*)\s*$/.exec(stderr) ?? [];
  if (state === 'ended') return code === undefined || code === '' ? undefined : { kind: 'ended', code: Number(code) };
  if (state === 'running' || state === 'lost' || state === 'rebooted' || state === 'never-started')
    return { kind: state };
  return undefined;
};
