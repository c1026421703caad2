import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { quoteWord } from './quote.ts';

/** Says on each node of a cluster that things may be broken there on purpose. */
export const groundFile = '/etc/nodeops/practice-ground';

/** Where nodes keep what belongs to a task: what was there before it, and on the first control plane which one it is. */
export const practiceDirectory = '/var/lib/nodeops-practice';

/** What the mark holds: the cluster, and the digest of its authority, so that it counts on a node of that one only. */
export interface Ground {
  readonly cluster: string;
  /** SHA-256, `AB:CD:…`, as openssl prints it. */
  readonly authority: string;
}

export const readGround = (): Command =>
  read(['sh', '-c', `if [ -e ${groundFile} ]; then cat ${groundFile}; else echo none; fi`]);

/** Written beside its place and moved there, so that it is there whole or not at all. */
export const markGround = ({ cluster, authority }: Ground): Command => {
  const text = quoteWord(`cluster=${cluster}\nauthority=${authority}\n`);
  const lines = [
    'mkdir -p "$(dirname -- "$1")"',
    `printf %s ${text} > "$1.new"`,
    'sync -- "$1.new"',
    'mv -fT -- "$1.new" "$1"',
  ];
  return write(['sh', '-ec', lines.join('\n'), 'nodeops-practice', groundFile]);
};

export const unmarkGround = (): Command => write(['rm', '-f', groundFile]);

/** The task that is set up, and the clock of the node beside it. */
export const readTask = (): Command =>
  read([
    'sh',
    '-c',
    [
      `cd ${practiceDirectory} 2>/dev/null && [ -e task ] || { echo none; exit 0; }`,
      'cat task',
      'if [ -e hints ]; then printf "hints=%s\\n" "$(cat hints)"; fi',
      'date +now=%s',
    ].join('\n'),
  ]);

/** How many hints were given: a number takes the place of a smaller one only, whoever asks beside. */
export const countHints = (count: number): Command =>
  write([
    'sh',
    '-ec',
    [
      `cd ${practiceDirectory}`,
      '[ "$(cat hints 2>/dev/null || echo 0)" -lt "$1" ] || exit 0',
      'echo "$1" > hints.new',
      'mv -f hints.new hints',
    ].join('\n'),
    'nodeops-practice',
    String(count),
  ]);
