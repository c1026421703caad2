import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { quoteWord, quoteWords } from './quote.ts';

/** A package with the exact deb version to install: `1.36.3-1.1`. */
export interface WantedPackage {
  readonly name: string;
  readonly version: string;
  /** Its archive on the node, in a directory with a file `sha256`: installed from there, not from a repository. */
  readonly archive?: string;
}

/** What every apt-get of ours is started with. */
export const aptEnvironment = {
  DEBIAN_FRONTEND: 'noninteractive',
  // Ubuntu 22.04 and later: needrestart would ask, or restart containerd beneath running pods.
  NEEDRESTART_SUSPEND: '1',
} as const;

/**
 * A shell function for what has no lock time-out of its own: `apt-get update`, and `apt-mark`, which runs `dpkg
 * --set-selections` (lab, apt 2.6.1: DPkg::Lock::Timeout covers neither). Tried until the deadline.
 */
export const patiently = (lockSeconds: number): readonly string[] => [
  'patiently() {',
  `  deadline=$(($(date +%s) + ${lockSeconds}))`,
  '  while rc=0; out=$("$@" 2>&1) || rc=$?; [ "$rc" -ne 0 ]; do',
  '    case "$out" in *"Could not get lock"*|*"lock was locked"*) [ "$(date +%s)" -ge "$deadline" ] || { sleep 1; continue; };; esac',
  '    echo "$out" >&2',
  '    return "$rc"',
  '  done',
  '}',
];

/** Reads the repository of one source file: another broken one of the host does not matter. `patiently` is to be there. */
export const updateOnly = (file: string): string =>
  `patiently apt-get update -qq -o Dir::Etc::sourcelist=${quoteWord(file)} -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any`;

/** dash runs the trap of EXIT only where the script ends by itself, not when a signal ends it (a stopped unit, a shutdown). */
export const endedBySignal = ["trap 'exit 143' HUP INT TERM"] as const;

/** An interrupted dpkg is configured before apt-get is asked for more, which refuses with rc 100 otherwise (lab). */
export const configureFirst =
  '[ -z "$(dpkg --audit)" ] || dpkg --configure -a || echo "dpkg --configure -a ended with rc $?: apt-get is to reinstall what it left" >&2';

/** Waits for the locks, and asks nobody about configuration files: those that were edited stay. Source: dpkg(1), `--force-conf…`. */
export const unattended = (lockSeconds: number): string =>
  `-o DPkg::Lock::Timeout=${lockSeconds} -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold`;

/**
 * Writes one source file anew and reads its repository; a result that apt cannot read is put back as it was.
 * Only this list is updated, so that another broken repository on the host does not matter. `unread`: it stays also
 * where its repository cannot be read.
 */
export const replaceSource = (
  file: string,
  text: string,
  lockSeconds: number,
  { unread = false }: { readonly unread?: boolean } = {},
): Command =>
  detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        `file=${quoteWord(file)}`,
        'before=$(mktemp)',
        'cp -p "$file" "$before"',
        'put_back() { rc=$?; if [ "$rc" -ne 0 ]; then cp -p "$before" "$file"; echo "the previous $file is back" >&2; fi; rm -f "$before"; }',
        'trap put_back EXIT',
        ...endedBySignal,
        ...patiently(lockSeconds),
        'cat > "$file"',
        unread
          ? `${updateOnly(file)} || echo "$file is as it was; its repository cannot be read" >&2`
          : updateOnly(file),
      ].join('\n'),
    ],
    // A source may hold the password of a mirror.
    { timeoutMs: (lockSeconds + 300) * 1000, env: aptEnvironment, stdin: text, secret: true },
  );

export interface InstallOptions {
  /** The source files that offer the packages; only these are updated. */
  readonly sources: readonly string[];
  /** Seconds to wait for the locks of apt and dpkg. */
  readonly lockSeconds: number;
  /** Everything that was found held: apt drops the hold of what it changes, dependencies too. */
  readonly holdAgain: readonly string[];
  /** Where what is owed is written down first: a kill that runs no trap leaves it there for the next run. */
  readonly owedFile: string;
  /** Whether an older version may take the place of a newer one: apt-get refuses that otherwise. */
  readonly downgrade?: boolean;
}

type Holding = Pick<InstallOptions, 'holdAgain' | 'owedFile' | 'lockSeconds'>;

const holding = ({ holdAgain, owedFile }: Holding): { readonly owe: string; readonly holdAgain: string } => {
  const names = quoteWords(holdAgain);
  const file = quoteWord(owedFile);
  return holdAgain.length === 0
    ? { owe: ':', holdAgain: ':' }
    : {
        owe: `(umask 077; mkdir -p "$(dirname ${file})"; printf '%s\\n' ${names} > ${file}.new; mv ${file}.new ${file})`,
        holdAgain: `patiently apt-mark hold ${names} && rm -f ${file}`,
      };
};

/** Keeps packages at the version that they have. Source: apt-mark(8). */
export const holdNames = (names: readonly string[], lockSeconds: number): Command =>
  write(['sh', '-c', [...patiently(lockSeconds), `patiently apt-mark hold ${quoteWords(names)}`].join('\n')], {
    timeoutMs: (lockSeconds + 60) * 1000,
  });

/** Puts holds back that an earlier run owes. */
export const holdPackages = (holds: Holding): Command =>
  write(['sh', '-c', [...patiently(holds.lockSeconds), holding(holds).holdAgain].join('\n')], {
    timeoutMs: (holds.lockSeconds + 60) * 1000,
  });

/**
 * Unhold, install exact versions, hold: in one process, so that the holds are put back whatever happens in between.
 * An interrupted dpkg is configured first (lab: `dpkg --configure -a`, otherwise apt-get refuses with rc 100). It ends
 * with 1 where a package was left unpacked and in need of a reinstallation (`iUR`); apt-get reinstalls that (lab).
 * `--no-remove`: nothing else may leave the host for it.
 */
export const installPackages = (packages: readonly WantedPackage[], options: InstallOptions): Command => {
  const lifted = packages.flatMap(({ name }) => (options.holdAgain.includes(name) ? [name] : []));
  const { owe, holdAgain } = holding(options);
  const install = [
    `apt-get install -y -qq --no-remove --allow-change-held-packages${options.downgrade === true ? ' --allow-downgrades' : ''}`,
    unattended(options.lockSeconds),
    // What only root can read apt fetches in nobody else's name (lab, apt 2.6: `_apt` is refused, rc 100).
    ...(packages.some(({ archive }) => archive !== undefined) ? ['-o APT::Sandbox::User=root'] : []),
    quoteWords(packages.map(({ name, version, archive }) => archive ?? `${name}=${version}`)),
  ].join(' ');
  const directories = new Set(packages.flatMap(({ archive }) => archive?.replace(/\/[^/]*$/, '') ?? []));
  return detached(
    [
      'sh',
      '-c',
      [
        'set -eu',
        ...patiently(options.lockSeconds),
        `hold_again() { ${holdAgain}; }`,
        'trap hold_again EXIT',
        ...endedBySignal,
        owe,
        configureFirst,
        ...options.sources.map(updateOnly),
        ...[...directories].map((directory) => `(cd ${quoteWord(directory)} && sha256sum --check --quiet sha256 >&2)`),
        // Only what is held again below: a person may have held others while this waited for a lock.
        ...(lifted.length === 0 ? [] : [`patiently apt-mark unhold ${quoteWords(lifted)}`]),
        install,
      ].join('\n'),
    ],
    { timeoutMs: (options.lockSeconds * 4 + 900) * 1000, env: aptEnvironment },
  );
};
