import type { Command } from '../model/command.ts';
import { aptEnvironment, endedBySignal, patiently } from './apt-get.ts';
import { detached } from './build.ts';
import { quoteWord } from './quote.ts';
import { printBoot } from './systemd-run.ts';

/**
 * Where a node remembers what is to happen once: a restart, the reading of apt's lists, a renewal of certificates. By a name that one
 * maintenance has, whichever runs it takes.
 */
const marks = '/var/lib/nodeops-marks';

export type NodeMark = 'boot' | 'lists' | 'certificates';

/** The file of one mark. `maintenance`: letters, digits and hyphens. */
export const markFile = (maintenance: string, mark: NodeMark): string => `${marks}/${maintenance}.${mark}`;

/** Written beside its place and moved there, so that it is there whole or not at all. Marks of long ago go. */
export const keepMark = (maintenance: string, mark: NodeMark, content: string): readonly string[] => {
  const file = quoteWord(markFile(maintenance, mark));
  return [
    `mkdir -p ${marks}`,
    `find ${marks} -type f -mtime +90 -delete`,
    `${content} > ${file}.new`,
    `sync -f ${file}.new`,
    `mv ${file}.new ${file}`,
  ];
};

/**
 * Restarts a node, which remembers beforehand which boot that was. systemd ends all units first. Source: systemctl(1),
 * "reboot".
 */
export const restartNode = (maintenance: string): Command =>
  detached(
    [
      'sh',
      '-c',
      ['set -eu', 'umask 077', ...keepMark(maintenance, 'boot', printBoot), 'sync', 'systemctl reboot'].join('\n'),
    ],
    // From the end of the units to the last test of the memory: machines of some age and size take a quarter of an hour.
    { timeoutMs: 20 * 60_000 },
  );

/** Reads the lists of all of a node's repositories anew; one that cannot be read fails it. Source: apt-get(8), "update". */
export const refreshLists = (maintenance: string, lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        'umask 022',
        ...endedBySignal,
        ...patiently(lockSeconds),
        'patiently apt-get update -qq -o APT::Update::Error-Mode=any',
        ...keepMark(maintenance, 'lists', 'date +%s'),
      ].join('\n'),
    ],
    { timeoutMs: (lockSeconds + 900) * 1000, env: aptEnvironment },
  );
