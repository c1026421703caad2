import { scratch } from '../commands/build.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { minorPath, sourceFiles } from './package-repository.ts';
import { kubernetesPackages } from './packages.ts';

export interface OfferedPackages {
  readonly minor: string;
  /** Package → deb versions, newest first. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** What apt says where the repository cannot be read. */
  readonly problem?: string;
}

/**
 * A private apt root. Its configuration is read after the host's, whose proxies stay in force; hooks are cleared, since
 * Ubuntu's write stamps and caches after each update. Source: apt.conf(5), `#clear`; apt-get(8), `-c`.
 */
const configuration = [
  'Dir::State::lists "$T/lists";',
  'Dir::Cache "$T/cache";',
  'Dir::Etc::sourcelist "/dev/null";',
  'Dir::Etc::sourceparts "$T/parts";',
  'Acquire::Languages "none";',
  'Acquire::Retries "0";',
  'Acquire::http::Timeout "20";',
  'Acquire::https::Timeout "20";',
  'APT::Update::Error-Mode "any";',
  '#clear APT::Update::Pre-Invoke;',
  '#clear APT::Update::Post-Invoke;',
  '#clear APT::Update::Post-Invoke-Success;',
];

/**
 * The host's own entries, with only the minor in their path changed: mirror and key stay. `set -e`: with an empty
 * configuration, left by a full disk, apt would read and write the host's own lists.
 */
const script = (minor: string): string => `
set -eu
T=$(mktemp -d) || exit 4
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$T"; mkdir -p "$T/lists/partial" "$T/cache/archives/partial" "$T/parts"
n=0
for f in ${sourceFiles}; do
  grep -qE '${minorPath}' "$f" 2>/dev/null || continue
  n=$((n + 1))
  case "$f" in
    *.sources) awk -v RS= -v ORS='\\n\\n' '/core(:|%3[Aa])\\/stable(:|%3[Aa])\\/v/' "$f" > "$T/whole"; to="$T/parts/$n.sources" ;;
    *) grep -E '^[[:space:]]*deb[[:space:]].*${minorPath}' "$f" > "$T/whole"; to="$T/parts/$n.list" ;;
  esac
  sed -E 's#(/core(:|%3[Aa])/stable(:|%3[Aa])/v)[0-9]+\\.[0-9]+#\\1${minor}#g' "$T/whole" > "$to"
done
[ "$n" -gt 0 ] || exit 3
cat > "$T/apt.conf" <<EOF
${configuration.join('\n')}
EOF
apt-get -c "$T/apt.conf" update -qq >&2 || :
apt-cache -c "$T/apt.conf" madison ${kubernetesPackages.join(' ')}
:`;

/** A mirror seldom changes, and each question is an update; an install names an exact version and fails if it is gone. */
const offerKeptMs = 10 * 60_000;

const parse = (minor: string, { stdout, stderr, code }: Output): Parsed<OfferedPackages> => {
  if (code === 3) return { absent: true };
  if (code !== 0) return { unreadable: stderr.trim() || stdout };
  const offers: Record<string, string[]> = {};
  for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
    const [name = '', version = ''] = line.split('|').map((column) => column.trim());
    if (!/^[a-z0-9][a-z0-9.+-]*$/.test(name) || version === '') return { unreadable: line };
    const known = (offers[name] ??= []);
    if (!known.includes(version)) known.push(version);
  }
  const failed = /^(E:|W: (Failed to fetch|Some index files|GPG error))/m.test(stderr);
  if (failed) return { value: { minor, offers, problem: [...new Set(stderr.trim().split('\n'))].join('\n') } };
  return { value: { minor, offers }, keepMs: offerKeptMs };
};

/**
 * What the host's Kubernetes repository would offer if it were switched to `minor`. Source: apt-get(8), apt-cache(8)
 * `madison`; recorded on the lab, Debian 12, apt 2.6: nothing below /var/lib/apt and /var/cache/apt changes.
 */
export const offeredPackages = (minor: string): Fact<OfferedPackages> => {
  if (!/^\d+\.\d+$/.test(minor)) throw new TypeError(`${JSON.stringify(minor)} is not a minor version`);
  return defineFact<OfferedPackages>({
    id: 'offered-packages',
    parameters: [minor],
    subject: 'node',
    command: scratch(['sh', '-c', script(minor)], { timeoutMs: 90_000 }),
    parse: (output) => parse(minor, output),
  });
};
