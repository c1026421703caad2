import type { Command } from '../model/command.ts';
import { write } from './build.ts';

/**
 * Who may write to this node, root only: a line `<epoch> <run> <holder> <since>`, and where it is known a second one with
 * what that run was asked for. `since` is in seconds of the node's own clock; the file's modification time is the
 * owner's last heartbeat.
 */
export const epochFile = '/var/lib/nodeops/epoch';

/** Locked instead of the epoch file, which is replaced whole: a lock goes with its inode (flock(2)). */
const lockFile = `${epochFile}.lock`;
const directory = epochFile.slice(0, epochFile.lastIndexOf('/'));

/** The exit code of a command that was not run because another run owns the node. */
export const fencedCode = 76;
/** A command of the former owner is still under way on the node, and holds the lock. */
export const busyCode = 75;
/** The epoch file holds something that is not ours. */
export const spoiltCode = 65;

/** A takeover holds the lock for as long as it takes to replace one small file. */
const sharedWaitSeconds = 60;
/** As long as a short write of the former owner may take, and some more. */
const exclusiveWaitSeconds = 150;

const refuse = `nodeops_refuse() { echo "nodeops-fenced $1" >&2; exit ${fencedCode}; }`;

/** Reads who owns the node; a file without a line end was written by hand. */
const readOwner = `{ read -r nodeops_epoch nodeops_rest < ${epochFile} || [ -n "$nodeops_epoch" ]; }`;

/**
 * Goes on only while the node's epoch is `epoch`, with a shared lock on descriptor 9 that keeps it so. A missing file
 * means that no run ever owned the node; a run has always raised its own epoch before it writes.
 */
export const admission = (epoch: string): readonly string[] => [
  refuse,
  `[ -e ${epochFile} ] && [ -e ${lockFile} ] || nodeops_refuse '0 - - 0'`,
  `exec 9< ${lockFile}`,
  `flock -s -w ${sharedWaitSeconds} 9 || nodeops_refuse '- - - 0'`,
  `${readOwner} || nodeops_refuse '0 - - 0'`,
  `[ "$nodeops_epoch" = ${epoch} ] || nodeops_refuse "$nodeops_epoch $nodeops_rest"`,
];

/**
 * The last line matters: a shell runs the last command of `-c` in its own place (dash 0.5.12, bash), which would let go
 * of the lock while that command runs. The command itself does not inherit the lock.
 */
const guard = [...admission('"$1"'), 'shift', '"$@" 9<&-', 'exit "$?"'].join('\n');

/**
 * The same command, run only while the node carries `epoch`, under a shared lock for as long as it lasts. Otherwise it
 * does nothing and ends with `fencedCode`. Standard input and environment pass through.
 * Source: flock(1), util-linux, which is essential on Debian and Ubuntu.
 */
export const fenced = (command: Command, epoch: number): Command => ({
  ...command,
  argv: ['sh', '-c', guard, 'nodeops-fence', String(epoch), ...command.argv],
  timeoutMs: command.timeoutMs + sharedWaitSeconds * 1000,
});

/** Who a node says owns it. */
export interface NodeOwner {
  readonly epoch: number;
  readonly run: string;
  readonly holder: string;
  /** Seconds since the epoch by the node's clock. */
  readonly since: number;
  /** What the run was asked for: one line of text, which means nothing here. */
  readonly wish?: string;
}

const ownerLine = /^(\d{1,10}) (\S+) (\S+) (\d{1,12})$/;

/** Reads the first line of an epoch file; undefined where it is none. */
export const parseOwner = (line: string): NodeOwner | undefined => {
  const [, epoch, run, holder, since] = ownerLine.exec(line.trim()) ?? [];
  if (epoch === undefined || run === undefined || holder === undefined || since === undefined) return undefined;
  return { epoch: Number(epoch), run, holder, since: Number(since) };
};

const fencedLine = /^nodeops-fenced (.*)$/m;

/** What a refused command says: the present owner (`unknown` while a takeover is under way); undefined where it was not refused. */
export const parseFenced = (said: string): NodeOwner | 'unknown' | undefined => {
  const line = fencedLine.exec(said)?.[1];
  return line === undefined ? undefined : (parseOwner(line) ?? 'unknown');
};

const raiser = [
  'set -eu',
  refuse,
  'umask 077',
  `mkdir -p ${directory}`,
  `exec 9>> ${lockFile}`,
  `flock -x -w ${exclusiveWaitSeconds} 9 || { echo 'a command of the former owner still holds the lock' >&2; exit ${busyCode}; }`,
  'nodeops_epoch=0 nodeops_rest=',
  `[ ! -s ${epochFile} ] || ${readOwner}`,
  'case $nodeops_epoch in',
  `''|*[!0-9]*) echo "${epochFile} cannot be understood: $nodeops_epoch $nodeops_rest" >&2; exit ${spoiltCode};;`,
  'esac',
  '[ "$nodeops_epoch" -lt "$1" ] || [ "$nodeops_epoch ${nodeops_rest% *}" = "$1 $2 $3" ] || nodeops_refuse "$nodeops_epoch $nodeops_rest"',
  // What the shell says of a full disk names none: `echo: I/O error` (dash).
  `echo "$1 $2 $3 $(date +%s)" > ${epochFile}.new || { echo '${directory} cannot be written to: is its disk full?' >&2; exit 1; }`,
  `[ "$#" -lt 4 ] || printf '%s\\n' "$4" >> ${epochFile}.new`,
  `sync ${epochFile}.new`,
  `mv -f ${epochFile}.new ${epochFile}`,
  `sync ${directory}`,
].join('\n');

/**
 * Makes a run the owner of the node, once no command of an earlier owner holds the lock any more. Never lowers an
 * epoch: where it is as high already and not this very run's, somebody was quicker, and the rc is `fencedCode`.
 * Repeating it is harmless. rc `busyCode`: a command under way kept the lock; `spoiltCode`: the file is not ours.
 */
export const raiseEpoch = ({ epoch, run, holder, wish }: Omit<NodeOwner, 'since'>): Command =>
  write(['sh', '-c', raiser, 'nodeops-raise', String(epoch), run, holder, ...(wish === undefined ? [] : [wish])], {
    timeoutMs: (exclusiveWaitSeconds + 30) * 1000,
  });

/** Printed once the heartbeat is on the node, whatever comes of the command that follows it. */
const beatDone = 'nodeops-beat';

const beater = [
  ...admission('"$1"'),
  `touch -c ${epochFile}`,
  'exec 9<&-',
  `echo ${beatDone}`,
  'shift',
  '[ "$#" -eq 0 ] || "$@"',
].join('\n');

/**
 * A sign of life on a node that carries `epoch`, then a further command, which runs without the lock: it may hang as
 * long as an API server does, and a takeover must not wait for that.
 */
export const heartbeat = (epoch: number, then: Command | undefined): Command =>
  write(['sh', '-c', beater, 'nodeops-beat', String(epoch), ...(then?.argv ?? [])], {
    timeoutMs: sharedWaitSeconds * 1000 + (then?.timeoutMs ?? 0),
  });

/** Whether `heartbeat` left its sign of life. */
export const hasBeaten = (stdout: string): boolean => stdout.split('\n').includes(beatDone);
