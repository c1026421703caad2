import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';

/** What a file is to be: `mode` in octal digits, `owner` as chown(1) takes it. */
export interface WantedFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly content: string;
  /** What is in it must not be seen. */
  readonly secret: boolean;
}

/** `$1` path. `%u` and `%g` beside the names: an owner may be written as a number. */
const lookScript = [
  'p=$1',
  'if [ -L "$p" ]; then echo link; exit 0; fi',
  'if [ ! -e "$p" ]; then if [ -d "$(dirname -- "$p")" ]; then echo absent; else echo no-directory; fi; exit 0; fi',
  'if [ ! -f "$p" ]; then echo other; exit 0; fi',
  `stat -c 'file %a %U %G %u %g' -- "$p"`,
  'sha256sum < "$p"',
].join('\n');

/** More than a person reads; beyond it the rest is left out. */
const longestDiff = 20_000;

/** `$1` path, the wished content on standard input. diff(1): rc 1 where they differ. */
const diffScript = `${lookScript}\ndiff -u --label live --label wished -- "$p" - | head -c ${longestDiff}\nexit 0`;

/** What is at a file's place, and how it differs from what is wished; of what is secret only its digest. Changes nothing. */
export const lookAtFile = ({ path, content, secret }: WantedFile): Command =>
  secret
    ? read(['sh', '-c', lookScript, 'nodeops-file', path])
    : read(['sh', '-c', diffScript, 'nodeops-file', path], { stdin: content });

/**
 * `$1` path, `$2` mode, `$3` owner, `$4` bytes. The file is written beside its place under a name that begins with a dot,
 * which systemd, apt, sysctl and kubelet pass over, and takes its place whole. The size is compared because a lost
 * connection looks like the end of standard input. Source: mv(1) `-T`; sync(1), coreutils 8.24.
 */
const placeScript = [
  'set -e',
  'umask 077',
  'd=$(dirname -- "$1")',
  't=$(mktemp -- "$d/.nodeops.XXXXXX")',
  `trap 'rm -f -- "$t"' EXIT`,
  `trap 'exit 1' HUP INT TERM`,
  // With the connection gone, a complaint would kill the shell before it cleans up.
  `trap '' PIPE`,
  'cat > "$t"',
  'size=$(wc -c < "$t")',
  'if [ "$size" -ne "$4" ]; then echo "received $size of $4 bytes" >&2; exit 1; fi',
  'chown -- "$3" "$t"',
  'chmod -- "$2" "$t"',
  'sync -- "$t"',
  'mv -fT -- "$t" "$1"',
  'sync -- "$d"',
].join('\n');

/** Puts a file in its place, whole or not at all. Its content is never recorded. */
export const placeFile = ({ path, mode, owner, content }: WantedFile): Command =>
  write(['sh', '-c', placeScript, 'nodeops-copy', path, mode, owner, String(Buffer.byteLength(content))], {
    stdin: content,
    secret: true,
  });
