import { read } from '../commands/build.ts';
import { keptRuntimeVersion, runtimeConfigurationFile, runtimePackages } from '../commands/container-runtime.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** The package that a program came from. */
export interface RuntimePackage {
  readonly name: string;
  /** `1.6.20~ds1-1+deb12u1` */
  readonly deb: string;
  /** As of dpkg-query(1), db:Status-Abbrev: `ii`, `hi` (held), `iU` (unpacked only). */
  readonly status: string;
}

/** containerd as systemd runs it. */
export interface RuntimeDaemon {
  /** What the unit starts. */
  readonly program: string;
  /** Missing where no package brought the program, or another than containerd's. */
  readonly package?: RuntimePackage;
  /** What the program on the disk says of itself; missing where it cannot be started. */
  readonly installed?: string;
  /** What the daemon says that answers on the socket; missing where none does. */
  readonly running?: string;
  readonly active: boolean;
  /** When it, its kubelet and its configuration are from, in seconds since 1970 by the node's clock; missing: not running. */
  readonly startedAt?: number;
  readonly kubeletStartedAt?: number;
  readonly writtenAt?: number;
  /** The version from before a change that was begun and has not come to its end. */
  readonly kept?: string;
  /** Every package of the host that is held. */
  readonly held: readonly string[];
}

const started = (word: string, unit: string): readonly string[] => [
  `unit=$(LC_ALL=C systemctl show --property=ExecMainStartTimestamp,MainPID ${unit})`,
  `at=$(printf '%s\\n' "$unit" | sed -n 's/^ExecMainStartTimestamp=//p')`,
  `case "$unit" in *MainPID=0*) ;; *) [ -z "$at" ] || echo "${word} $(date --date="$at" +%s)" ;; esac`,
];

const script = [
  'unit=$(LC_ALL=C systemctl show --property=LoadState,ActiveState,ExecStart containerd.service)',
  'case "$unit" in *LoadState=not-found*) exit 3 ;; esac',
  `program=$(printf '%s\\n' "$unit" | sed -n 's/^ExecStart={ path=\\([^ ;]*\\).*/\\1/p')`,
  'echo "program $program"',
  `echo "active $(printf '%s\\n' "$unit" | sed -n 's/^ActiveState=//p')"`,
  // Debian's dpkg may know a file by the path that it had before /bin and /usr/bin became one.
  'owner=$(dpkg-query -S "$program" 2>/dev/null || dpkg-query -S "${program#/usr}" 2>/dev/null | head -n 1)',
  'owner=$(printf "%s\\n" "$owner" | sed -n "1s/:.*//p")',
  `case "$owner" in ${runtimePackages.join('|')}) dpkg-query -W -f='package \${Package} \${Version} \${db:Status-Abbrev}\\n' "$owner" ;; esac`,
  '[ ! -x "$program" ] || echo "installed $("$program" --version)"',
  `timeout 10 ctr version 2>/dev/null | sed -n '/^Server/,$s/^ *Version: */running /p'`,
  ...started('started', 'containerd.service'),
  ...started('kubelet', 'kubelet.service'),
  `[ ! -e ${runtimeConfigurationFile} ] || echo "written $(stat -c %Y ${runtimeConfigurationFile})"`,
  `[ ! -e ${keptRuntimeVersion} ] || echo "kept $(cat ${keptRuntimeVersion})"`,
  `apt-mark showhold 2>/dev/null | sed 's/^/held /'`,
  'echo end',
].join('\n');

type Mutable = { -readonly [K in keyof RuntimeDaemon]: RuntimeDaemon[K] };

/** `containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1`: the third word. */
const versionSaid = (value: string): string | undefined => /^containerd \S+ v?(\d\S*)/.exec(value)?.[1];

/** Takes one line in; false for a line that is none of ours. */
const takeIn = (seen: Mutable, word: string, value: string): boolean => {
  if (word === 'program' && value.startsWith('/')) seen.program = value;
  else if (word === 'active') seen.active = value === 'active';
  else if (word === 'package') {
    const [, name, deb, status] = /^(\S+) (\S+) ([a-zA-Z]{2,3}) *$/.exec(value) ?? [];
    if (name === undefined || deb === undefined || status === undefined) return false;
    seen.package = { name, deb, status };
  } else if (word === 'installed' || word === 'kept') {
    const version = versionSaid(value);
    if (version !== undefined) seen[word] = version;
    else if (word === 'kept') return false;
  } else if (word === 'running' && /^v?\d/.test(value)) seen.running = value.replace(/^v/, '');
  else if (word === 'held' && /^[a-z0-9][a-z0-9.+:-]*$/.test(value)) seen.held = [...seen.held, value];
  else {
    const times = { started: 'startedAt', kubelet: 'kubeletStartedAt', written: 'writtenAt' } as const;
    const name = Object.entries(times).find(([key]) => key === word)?.[1];
    if (name === undefined || !/^\d+$/.test(value)) return false;
    seen[name] = Number(value);
  }
  return true;
};

const parse = (output: Output): Parsed<RuntimeDaemon> => {
  if (output.code === 3) return { absent: true };
  const seen: Mutable = { program: '', active: false, held: [] };
  const lines = linesBeforeEnd(output);
  const strange = lines?.find((line) => {
    const [, word = '', value = ''] = /^(\w+) ?([^]*)$/.exec(line) ?? [];
    return !takeIn(seen, word, value);
  });
  if (strange !== undefined) return { unreadable: strange };
  return lines === undefined || seen.program === ''
    ? { unreadable: output.stderr.trim() || output.stdout }
    : { value: seen };
};

/**
 * Absent where systemd knows no containerd. Source: systemctl(1) `show`; dpkg-query(1) `-S`; apt-mark(8); `ctr version`;
 * recorded on the lab, containerd 1.6.20 and 2.1.5.
 */
export const runtimeDaemon = defineFact<RuntimeDaemon>({
  id: 'runtime-daemon',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse,
});
