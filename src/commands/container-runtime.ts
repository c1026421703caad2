import type { Command } from '../model/command.ts';
import { aptEnvironment, configureFirst, endedBySignal, patiently, unattended, type WantedPackage } from './apt-get.ts';
import { askingDirectory } from './ask-target.ts';
import { detached, read, scratch, write } from './build.ts';
import { quoteWord } from './quote.ts';
import { archives } from './stage.ts';
import { nodeDirectory } from './systemd-run.ts';

/** Debian's and Ubuntu's package, and Docker's. */
export const runtimePackages = ['containerd', 'containerd.io'] as const;

/** Where it reads its configuration. Source: containerd, docs/man/containerd.8.md, `--config`. */
export const runtimeConfigurationFile = '/etc/containerd/config.toml';

/** The configuration as it was before a change of the runtime that was begun, where there was one. */
export const keptRuntimeConfiguration = `${nodeDirectory}/containerd.toml`;
/** What the program said of itself then; as long as it is there the change has not come to its end. */
export const keptRuntimeVersion = `${nodeDirectory}/containerd-version`;
/** Behind both: of the last change that came to its end. */
export const runtimeBefore = '.before';

/** What the host's lists offer, without writing apt's caches. Source: apt-cache(8), `madison`; apt.conf(5), `Dir::Cache`. */
export const listRuntimeOffers: Command = read([
  'sh',
  '-c',
  [
    'command -v apt-cache > /dev/null || exit 3',
    `LC_ALL=C apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= madison ${runtimePackages.join(' ')}`,
  ].join('\n'),
]);

/** The archives of containerd that apt has; one without content counts for nothing, as in commands/stage.ts. */
export const listRuntimeArchives: Command = read([
  'sh',
  '-c',
  `cd ${archives} 2>/dev/null || exit 0\nfor f in containerd_*.deb containerd.io_*.deb; do [ ! -s "$f" ] || echo "$f"; done`,
]);

/** `:` in a version is written so in the name of an archive. Source: apt, apt-pkg/acquire-item.cc. */
const archiveOf = ({ name, version }: WantedPackage): string =>
  `${archives}/${name}_${version.replaceAll(':', '%3a')}_*.deb`;

/**
 * Asks the containerd of a package what it makes of this host's configuration: the one that is installed, the one of
 * apt's archives, or one that is downloaded into a directory of this question's own. Nothing is installed, and nothing
 * is started: `config migrate` and `config default` print, and end. `archived` undefined: the installed one.
 *
 * Prints `=LINE` of its defaults, `:LINE` of the configuration as it would be, `!LINE` of what it says, `rc N`, and `end`;
 * `lacking` before what apt says where the package cannot be had. Source: containerd, cmd/containerd/command/config.go;
 * apt-get(8), `download`.
 */
export const askMigration = (program: string, archived?: WantedPackage): Command =>
  scratch(
    [
      'sh',
      '-c',
      [
        // /tmp may be mounted noexec; where no run was yet there is no directory of ours.
        `[ -d ${nodeDirectory} ] && beside=${nodeDirectory} || beside=/var/tmp`,
        ...askingDirectory('containerd', ':', '"$beside"'),
        ...(archived === undefined
          ? [`program=${quoteWord(program)}`]
          : [
              'deb=',
              `for f in ${archiveOf(archived)}; do [ ! -s "$f" ] || deb=$f; done`,
              'if [ -z "$deb" ]; then',
              '  said=$(cd "$T" && LC_ALL=C apt-get -q -o Debug::NoLocking=true -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \\',
              `    -o APT::Sandbox::User=root download ${quoteWord(`${archived.name}=${archived.version}`)} 2>&1) || { echo lacking; printf '%s\\n' "$said"; exit 0; }`,
              '  for f in "$T"/*.deb; do deb=$f; done',
              'fi',
              'dpkg-deb -x "$deb" "$T/unpacked" || exit 4',
              `program=$T/unpacked${quoteWord(program)}`,
            ]),
        '[ -x "$program" ] || { echo "!the package has no $program" | sed "s|$T/unpacked||"; echo "rc 127"; echo end; exit 0; }',
        'timeout 30 "$program" config default | sed "s/^/=/"',
        `rc=0; timeout 30 "$program" --config ${runtimeConfigurationFile} config migrate > "$T/new" 2> "$T/said" || rc=$?`,
        'sed "s/^/:/" "$T/new"',
        'sed "s|$T/unpacked||g; s/^/!/" "$T/said"',
        'echo "rc $rc"',
        'echo end',
      ].join('\n'),
    ],
    { timeoutMs: 180_000, env: aptEnvironment },
  );

/** Downloads a package and what it needs into apt's archives. Nothing is installed. Source: apt-get(8), `--download-only`. */
export const fetchRuntime = ({ name, version }: WantedPackage, lockSeconds: number): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(lockSeconds),
        ...endedBySignal,
        configureFirst,
        `patiently apt-get install -y -qq --download-only --no-remove --allow-change-held-packages ${unattended(lockSeconds)} ${quoteWord(`${name}=${version}`)}`,
        // Out of a directory of the host (file:) apt installs without a copy: the one that is asked has to be there.
        `for f in ${archiveOf({ name, version })}; do [ -s "$f" ] || (cd ${archives} && apt-get -q -o APT::Sandbox::User=root download ${quoteWord(`${name}=${version}`)}); done`,
      ].join('\n'),
    ],
    { timeoutMs: (lockSeconds + 900) * 1000, env: aptEnvironment },
  );

/**
 * Keeps version and configuration as they are, once: what is kept already is from before a change that was begun. The
 * version comes last.
 */
export const keepRuntime = (program: string): Command =>
  write([
    'sh',
    '-c',
    [
      'set -eu',
      'umask 077',
      `[ ! -e ${keptRuntimeVersion} ] || exit 0`,
      `mkdir -p ${nodeDirectory}`,
      `rm -f ${keptRuntimeConfiguration}`,
      `[ ! -e ${runtimeConfigurationFile} ] || { cp -p ${runtimeConfigurationFile} ${keptRuntimeConfiguration}.new; sync ${keptRuntimeConfiguration}.new; mv ${keptRuntimeConfiguration}.new ${keptRuntimeConfiguration}; }`,
      `${quoteWord(program)} --version > ${keptRuntimeVersion}.new`,
      `sync ${keptRuntimeVersion}.new`,
      `mv ${keptRuntimeVersion}.new ${keptRuntimeVersion}`,
      `sync ${nodeDirectory}`,
    ].join('\n'),
  ]);

/**
 * Writes the configuration in the form of the installed containerd, by that containerd itself, and puts it in place once
 * the same program reads what it wrote. Owner and mode stay. Source: containerd, RELEASES.md, "Daemon Configuration".
 */
export const migrateRuntimeConfiguration = (program: string): Command => {
  const file = runtimeConfigurationFile;
  const own = quoteWord(program);
  return write([
    'sh',
    '-c',
    [
      'set -eu',
      'umask 077',
      `new=${file}.nodeops`,
      `trap 'rm -f "$new"' EXIT`,
      ...endedBySignal,
      `${own} --config ${file} config migrate > "$new"`,
      `${own} --config "$new" config dump > /dev/null`,
      `chown --reference=${file} "$new"`,
      `chmod --reference=${file} "$new"`,
      'sync "$new"',
      `mv -f "$new" ${file}`,
      `sync ${file.replace(/\/[^/]*$/, '')}`,
    ].join('\n'),
  ]);
};

/** The node was seen to run well with what it has: what was before is only of use to people. */
export const acceptRuntime: Command = write([
  'sh',
  '-c',
  [
    'set -eu',
    `[ -e ${keptRuntimeVersion} ] || exit 0`,
    `rm -f ${keptRuntimeConfiguration}${runtimeBefore}`,
    `[ ! -e ${keptRuntimeConfiguration} ] || cp -p ${keptRuntimeConfiguration} ${keptRuntimeConfiguration}${runtimeBefore}`,
    `mv -f ${keptRuntimeVersion} ${keptRuntimeVersion}${runtimeBefore}`,
    `rm -f ${keptRuntimeConfiguration}`,
  ].join('\n'),
]);
