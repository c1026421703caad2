/** A shell pattern list: the files that apt reads (sources.list(5)). */
export const sourceFiles = '/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources';

/** For `grep -E`: the path that the community's repositories and mirrors of them share; `:` may be encoded. */
export const minorPath = '/core(:|%3[Aa])/stable(:|%3[Aa])/v[0-9]+\\.[0-9]+';

/**
 * A private apt root. Its configuration is read after the host's, whose proxies stay in force; hooks are cleared, since
 * Ubuntu's write stamps and caches after each update. Source: apt.conf(5), `#clear`; apt-get(8), `-c`.
 */
const configuration: readonly string[] = [
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

/** Instead of a minor: the one that the shell's variable `minor` holds. */
export const minorOfShell = `'"$minor"'`;

/**
 * The beginning of a script that asks what the host's Kubernetes repository would offer if it were switched to `minor`:
 * `apt-get -c "$T/apt.conf"` reads and writes nothing of the host's but dpkg's state. The host's own entries, with only
 * the minor in their path changed: mirror and key stay. `set -e`: with an empty configuration, left by a full disk, apt
 * would read and write the host's own lists. Ends with 3 where the host has no such source.
 */
export const privateAptRoot = (minor: string, settings: readonly string[] = []): string => `
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
${[...configuration, ...settings].join('\n')}
EOF`;
