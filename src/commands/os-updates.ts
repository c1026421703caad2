import type { Command } from '../model/command.ts';
import { aptEnvironment, configureFirst, endedBySignal, patiently, unattended } from './apt-get.ts';
import { detached, scratch } from './build.ts';
import { keepMark } from './node-marks.ts';
import { quoteWord } from './quote.ts';

/** What of the operating system is to be patched. */
export interface PatchChoice {
  /** Packages that stay as they are, however new the repository's are. */
  readonly kept: readonly string[];
  /** Only what comes from an archive of security updates. */
  readonly securityOnly: boolean;
}

const staysPut = (name: string): string => `Package: ${name}\nPin: release *\nPin-Priority: -1\n`;

/**
 * What `apt-get upgrade` would do by the lists that the node has. Its caches stay in memory, and no lock is asked for, so
 * that nothing is written and nobody is waited for. Source: apt-get(8), `--simulate`, `--with-new-pkgs`; apt.conf(5),
 * `Dir::Cache::pkgcache`.
 */
const simulate = [
  'simulate() {',
  '  env LC_ALL=C.UTF-8 apt-get -s -o Debug::NoLocking=true -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Dir::Etc::preferences="$pins" upgrade --with-new-pkgs',
  '}',
] as const;

/** What comes from no archive with `security` in its name is pinned as well: `Debian-Security:12/stable-security`. */
const pinTheRest = [
  'all=$(simulate)',
  `printf '%s\\n' "$all" | while IFS= read -r line; do`,
  '  case "$line" in',
  '    "Inst "*"("*[Ss]ecurity*) ;;',
  `    "Inst "*) name=\${line#Inst }; printf '\\nPackage: %s\\nPin: release *\\nPin-Priority: -1\\n' "\${name%% *}";;`,
  '  esac',
  'done | cat >> "$pins"',
] as const;

/**
 * A file `$pins` for one command, which goes with the shell: the node's own pins, and packages that stay as they are. So
 * nothing pulls them along, apt itself says what has to wait for them, and no package is marked as wanted by hand, as
 * naming the others would do. Source: apt_preferences(5), "Prevention of installation"; apt.conf(5),
 * `Dir::Etc::preferences`.
 */
const pinned = ({ kept, securityOnly }: PatchChoice): readonly string[] => [
  'pins=$(mktemp)',
  `trap 'rm -f "$pins"' EXIT`,
  ...endedBySignal,
  // What only root can read apt does not read in its own name; pins are no secret.
  'chmod 644 "$pins"',
  // dash's printf would call a full file system an I/O error, cat names it.
  `{ cat /etc/apt/preferences 2>/dev/null || :; printf '\\n%s' ${quoteWord(kept.map(staysPut).join('\n'))}; } | cat > "$pins"`,
  ...(securityOnly ? [...simulate, ...pinTheRest] : []),
];

/** What `upgradePackages` would bring by the lists that the node has: apt's own words. */
export const simulateUpgrade = (choice: PatchChoice): Command =>
  scratch([
    'sh',
    '-c',
    ['set -eu', ...pinned(choice), ...(choice.securityOnly ? [] : simulate), 'simulate'].join('\n'),
  ]);

/** Upgrades what can be upgraded without removing anything, but for what is to stay. */
export const upgradePackages = (choice: PatchChoice, lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(lockSeconds),
        configureFirst,
        ...pinned(choice),
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
