import type { WantedPackage } from './apt-get.ts';
import { privateAptRoot } from './private-apt-root.ts';
import { quoteWord } from './quote.ts';
import { archives } from './stage.ts';

/** Below a restore point: archives of packages, and `sha256` with their sums. */
export const keptArchives = 'debs';

/** Longer than that a repository that hangs does not hold up the node's turn. */
const downloadSeconds = 240;

/**
 * `sh -c … NAME DIRECTORY PACKAGE=VERSION…`: downloads what the repository has of them. A shell of its own, since
 * `set -e` counts for nothing in what stands before `||`.
 */
const download = (minor: string): string => `${privateAptRoot(minor, ['APT::Sandbox::User "root";'])}
out=$1
shift
apt-get -c "$T/apt.conf" update -qq
mkdir "$T/got"
cd "$T/got"
for each; do
  apt-get -c "$T/apt.conf" download -qq "$each" || continue
  mv ./*.deb "$out/"
done`;

/** `:` of an epoch is written `%3a`. Source: apt, apt-pkg/acquire-item.cc. */
const archiveOf = ({ name, version }: WantedPackage): string => `${name}_${version.replaceAll(':', '%3a')}`;

/**
 * Lines of a script that keep the archives of packages in `$new/debs`: from apt's own, from an older point below
 * `points`, otherwise from the repository of `minor`. What cannot be had is said and stops nothing: it is for a way back
 * that may never be gone.
 */
export const keepPackages = (packages: readonly WantedPackage[], minor: string, points: string): readonly string[] =>
  packages.length === 0
    ? []
    : [
        `mkdir "$new/${keptArchives}"`,
        'take() {',
        `  for deb in ${archives}/"$1"_*.deb ${points}/*/${keptArchives}/"$1"_*.deb; do`,
        `    [ ! -f "$deb" ] || ! cp "$deb" "$new/${keptArchives}/" || return 0`,
        '  done',
        `  rm -f "$new/${keptArchives}/$1"_*.deb`,
        '  return 1',
        '}',
        'lacking=',
        ...packages.map(
          (each) =>
            `take ${quoteWord(archiveOf(each))} || lacking="$lacking "${quoteWord(`${each.name}=${each.version}`)}`,
        ),
        `[ -z "$lacking" ] || timeout -k 5 ${downloadSeconds} sh -c ${quoteWord(download(minor))} keep "$new/${keptArchives}" $lacking >&2 || echo "not every package could be kept:$lacking" >&2`,
        `(cd "$new/${keptArchives}" && set -- *.deb && [ -f "$1" ] && chmod 600 "$@" && sha256sum "$@" > sha256.new && mv sha256.new sha256) || rm -rf "$new/${keptArchives}"`,
      ];
