import type { Command } from '../model/command.ts';
import { aptEnvironment, configureFirst, endedBySignal, patiently, unattended } from './apt-get.ts';
import { detached, read } from './build.ts';
import { keepMark } from './node-marks.ts';
import { quoteWord } from './quote.ts';

/**
 * What `apt-get upgrade` would do by the lists that the node has. Its caches stay in memory, and no lock is asked for, so
 * that nothing is written and nobody is waited for. Source: apt-get(8), `--simulate`, `--with-new-pkgs`; apt.conf(5),
 * `Dir::Cache::pkgcache`.
 */
export const simulateUpgrade: Command = read([
  'env',
  'LC_ALL=C.UTF-8',
  'apt-get',
  '-s',
  '-o',
  'Debug::NoLocking=true',
  '-o',
  'Dir::Cache::pkgcache=',
  '-o',
  'Dir::Cache::srcpkgcache=',
  'upgrade',
  '--with-new-pkgs',
]);

/** A package that stays as it is, however new the repository's is. */
const staysPut = (name: string): string => `Package: ${name}\nPin: release *\nPin-Priority: -1\n`;

/**
 * Upgrades what can be upgraded without removing anything, but for the packages named. They are pinned for this one
 * command, beside the node's own pins, so that nothing pulls them along, and none is marked as wanted by hand, as naming
 * the others would do. Source: apt_preferences(5); apt.conf(5), `Dir::Etc::preferences`.
 */
export const upgradePackages = (kept: readonly string[], lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(lockSeconds),
        'pins=$(mktemp)',
        `trap 'rm -f "$pins"' EXIT`,
        ...endedBySignal,
        // What only root can read apt does not read in its own name; pins are no secret.
        'chmod 644 "$pins"',
        `{ cat /etc/apt/preferences 2>/dev/null || :; printf '\\n%s' ${quoteWord(kept.map(staysPut).join('\n'))}; } > "$pins"`,
        configureFirst,
        [
          'apt-get upgrade -y -qq --with-new-pkgs --no-remove',
          '-o Dir::Etc::preferences="$pins"',
          unattended(lockSeconds),
        ].join(' '),
      ].join('\n'),
    ],
    { timeoutMs: (lockSeconds + 3600) * 1000, env: aptEnvironment },
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
