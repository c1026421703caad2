import path from 'node:path';
import type { Command } from '../../model/command.ts';

/**
 * `$1` directory, `$2` path, `$3` mode, `$4` size. The temporary name begins with a dot, which kubelet's manifest
 * directory, apt and systemd all pass over. The size is compared because a lost connection looks like the end of
 * stdin. `sync FILE` syncs that file only (coreutils 8.24); `mv -T` does not move into a directory of that name.
 */
const putScript = [
  'set -e',
  'umask 077',
  't=$(mktemp -- "$1/.nodeops.XXXXXX")',
  `trap 'rm -f -- "$t"' EXIT`,
  `trap 'exit 1' HUP INT TERM`,
  // With the connection gone, the complaint below would kill the shell before it cleans up.
  `trap '' PIPE`,
  'cat > "$t"',
  'size=$(wc -c < "$t")',
  'if [ "$size" -ne "$4" ]; then echo "received $size of $4 bytes" >&2; exit 1; fi',
  'chmod -- "$3" "$t"',
  'sync -- "$t"',
  'mv -fT -- "$t" "$2"',
  'sync -- "$1"',
].join('\n');

const absolute = (file: string): string => {
  if (!path.posix.isAbsolute(file)) throw new TypeError(`${file} is not an absolute path`);
  return path.posix.normalize(file);
};

/** Writes a file whole or not at all. The content counts as secret: a path does not tell what a file holds. */
export const putCommand = (file: string, mode: number, content: string, timeoutMs: number): Command => {
  const target = absolute(file);
  const octal = mode.toString(8).padStart(4, '0');
  const size = String(Buffer.byteLength(content));
  return {
    argv: ['sh', '-c', putScript, 'nodeops-put', path.posix.dirname(target), target, octal, size],
    effect: 'write',
    lifetime: 'attached',
    timeoutMs,
    become: true,
    stdin: content,
    secret: true,
  };
};

/** Prints a file that root may read. */
export const fetchCommand = (file: string, timeoutMs: number): Command => ({
  argv: ['cat', '--', absolute(file)],
  effect: 'read',
  lifetime: 'attached',
  timeoutMs,
  become: true,
});
