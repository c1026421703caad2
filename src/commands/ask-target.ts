import type { Command } from '../model/command.ts';
import type { Version } from '../model/version.ts';
import { scratch } from './build.ts';
import { archives } from './stage.ts';
import { nodeDirectory } from './systemd-run.ts';

/** `$archive`: what apt has of a package of the version in `$1`. Ends with 3 where it has none, or no run was here yet. */
export const stagedArchive = (name: string): readonly string[] => [
  `[ -d ${nodeDirectory} ] || exit 3`,
  'archive=',
  `for f in ${archives}/${name}_"$1"-*.deb; do [ ! -s "$f" ] || archive=$f; done`,
  '[ -n "$archive" ] || exit 3',
];

/**
 * What the names of the directories begin with in which questions unpack programs, and the file in each that is locked
 * (flock(1)) for as long as its question lasts.
 */
export const askedPrefix = 'asked-';
export const askedLock = 'lock';

/**
 * `$T`, for root only, is gone at the end, also of a script that lost its connection. What one that was killed left is
 * another's: a question removes nothing but its own, and a run that writes the rest (commands/prune-records.ts), which
 * nobody holds a lock on any more. Beside our other files: /tmp may be mounted noexec. `tidy` is done before anything is
 * removed. `beside`: another directory, as the shell reads it.
 */
export const askingDirectory = (name: string, tidy = ':', beside: string = nodeDirectory): readonly string[] => [
  'umask 077',
  `T=$(mktemp -d ${beside}/${askedPrefix}${name}.XXXXXX) || exit 4`,
  `trap '${tidy}; rm -rf --one-file-system "$T"' EXIT`,
  `trap 'exit 143' HUP INT PIPE TERM`,
  `exec 9> "$T/${askedLock}" && flock 9 || exit 4`,
];

/**
 * Shell functions that ask `$program` without starting anything; `try_gates GATES` is to be defined beside them, with 0
 * where it takes them and what it says in `$said`.
 *
 * `ask_flags ARG…` prints `flag --X` for each flag that it does not know, `refused TEXT` for what else it has against
 * them. The first flag that it does not know ends it (pflag), so that it is asked again without that one. Feature gates
 * are left out. `gates_of ARG…` prints those of a command line, `GATE=VALUE` a line.
 *
 * `ask_gates` reads `WHERE GATE=VALUE` lines and prints `gate WHERE GATE=VALUE TEXT` for each that is refused. They are
 * tried together first, since one may need another (component-base/featuregate, AddDependencies), then each by itself,
 * since only the first is told; `refused TEXT` where only all of them together are.
 */
export const askingFunctions: readonly string[] = [
  `last_line() { printf '%s\\n' "$said" | tail -n 1; }`,
  'gates_of() {',
  '  before=',
  '  for word do',
  '    case $before:$word in',
  `    *:--feature-gates=*) printf '%s\\n' "$word" | sed 's/^--feature-gates=//' | tr , '\\n' ;;`,
  `    --feature-gates:*) printf '%s\\n' "$word" | tr , '\\n' ;;`,
  '    esac',
  '    before=$word',
  '  done',
  '}',
  'ask_flags() {',
  '  flag=--feature-gates',
  '  tries=0',
  '  while [ "$tries" -lt 20 ]; do',
  '    tries=$((tries + 1))',
  '    gone=',
  '    for word do',
  '      shift',
  '      case $word in',
  '      "$flag") gone=1 ; continue ;;',
  '      "$flag"=*) gone= ; continue ;;',
  '      -*) gone= ;;',
  // The value of a flag that was left out.
  '      *) [ -z "$gone" ] || { gone= ; continue ; } ;;',
  '      esac',
  '      set -- "$@" "$word"',
  '    done',
  '    said=$(timeout 20 "$program" "$@" --version 2>&1) && return',
  `    flag=$(printf '%s\\n' "$said" | sed -n 's/.*unknown flag: \\(--[A-Za-z0-9_.-]*\\).*/\\1/p' | tail -n 1)`,
  '    [ -n "$flag" ] || { echo "refused $(last_line)"; return; }',
  '    echo "flag $flag"',
  '  done',
  '}',
  'ask_gates() {',
  '  gates=$(cat)',
  `  all=$(printf '%s\\n' "$gates" | sed 's/^[a-z]* //' | tr '\\n' , | sed 's/,*$//')`,
  '  [ -n "$all" ] || return 0',
  '  try_gates "$all" && return',
  '  together=$(last_line)',
  '  single=',
  '  while read -r where gate; do',
  '    try_gates "$gate" && continue',
  '    case $said in',
  `    *'unrecognized feature gate'* | *'cannot set feature gate'* | *'invalid argument'*)`,
  '      single=1',
  '      echo "gate $where $gate $(last_line)"',
  '      ;;',
  '    esac',
  '  done << GATES',
  '$gates',
  'GATES',
  '  [ -n "$single" ] || echo "refused $together"',
  '}',
];

/** Ends such a script: what was found is printed once nothing is left on the node. */
export const toldAtTheEnd: readonly string[] = [
  'found=$(cat "$T/found") || exit 4',
  'rm -rf --one-file-system "$T"',
  `[ -z "$found" ] || printf '%s\\n' "$found"`,
  'echo end',
];

/** As systemd gives them to the kubelet: words between blanks. */
const ownArguments = [
  `args() { sed -n "s/^$1=\\"\\{0,1\\}\\([^\\"]*\\)\\"\\{0,1\\}\\$/\\1/p" "$2" 2> /dev/null; }`,
  'set -f',
  'set -- $(args KUBELET_KUBEADM_ARGS /var/lib/kubelet/kubeadm-flags.env) $(args KUBELET_EXTRA_ARGS /etc/default/kubelet)',
];

/**
 * A kubelet that gets a file which cannot be (ENOTDIR) ends there, after it judged the feature gates of its flags and
 * before it does anything (lab, 1.33.13 to 1.36.3: `--version` and `--help` come before they are judged, and `--help` lists
 * neither those that every cluster has by now nor those that cannot be changed any more).
 */
const tryKubeletGates =
  'try_gates() { said=$(timeout 20 "$program" --feature-gates="$1" --config=/dev/null/none 2>&1); case $said in *\'failed to load kubelet config file\'*) ;; *) return 1 ;; esac; }';

/** `config GATE=VALUE` a line, of the kubelet's configuration file: kubeadm writes one below the other, people on one line, too. */
const configuredGates = `sed -n '/^featureGates:/,/^[A-Za-z]/p' /var/lib/kubelet/config.yaml 2> /dev/null | grep -E '^featureGates:|^ ' | grep -oE '[A-Za-z0-9]+"? *: *(true|false)' | tr -d '" ' | sed 's/:/=/; s/^/config /'`;

/**
 * Unpacks the kubelet of a version from the archive that was staged, and asks it whether it takes what it will be started
 * with on this node: its flags, and the feature gates of its flags and of its configuration file. Nothing is started.
 * Prints what `ask_flags` and `ask_gates` do (`config` or `flags` for where a gate stands), then `end`. Ends with 3 where
 * there is nothing to ask: no archive, or that kubelet is installed already.
 */
export const askKubelet = (version: Version): Command =>
  scratch(
    [
      'sh',
      '-c',
      [
        `case $(dpkg-query -W -f='\${Version}' kubelet 2> /dev/null) in '' | "$1"-*) exit 3 ;; esac`,
        ...stagedArchive('kubelet'),
        ...askingDirectory('kubelet'),
        'dpkg-deb -x "$archive" "$T" || exit 4',
        'program=$T/usr/bin/kubelet',
        ...askingFunctions,
        tryKubeletGates,
        ...ownArguments,
        `{ ask_flags "$@"; { ${configuredGates}; gates_of "$@" | sed 's/^/flags /'; } | ask_gates; } > "$T/found"`,
        ...toldAtTheEnd,
      ].join('\n'),
      'ask-kubelet',
      version,
    ],
    { timeoutMs: 120_000 },
  );
