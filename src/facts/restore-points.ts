import { read } from '../commands/build.ts';
import { quoteWord, quoteWords } from '../commands/quote.ts';
import { manifestDirectory } from '../commands/manifest.ts';
import { kubeletFiles, restoreDirectory, unfinished } from '../commands/restore-point.ts';
import { compareVersions, parseVersion, type Version } from '../model/version.ts';
import { readArchiveName } from './archives.ts';
import { defineFact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** An archive of a package beside what it was: `1.35.4-1.1`, and its name below `debs` of the point. */
export interface KeptDeb {
  readonly version: string;
  readonly file: string;
}

/** What a run kept of a node before it went to another version. */
export interface RestorePoint {
  /** Where on the node it lies. */
  readonly path: string;
  readonly run: string;
  readonly from: Version;
  readonly to: Version;
  /** By package: the deb's version and its state (`hi `), as they were. */
  readonly packages: Readonly<Record<string, { readonly version: string; readonly held: boolean }>>;
  /** Of these packages the archive is kept as well. */
  readonly debs: Readonly<Record<string, KeptDeb>>;
  /** Of a control plane: the images of coredns and kube-proxy. */
  readonly images: Readonly<Record<string, string>>;
  /** Manifests and files of the kubelet that are otherwise now, or are gone. */
  readonly differing: readonly string[];
}

/** The newest run's first, and of one run the last hop's. Runs are named by the time they began. */
export const newestFirst = <P extends Pick<RestorePoint, 'run' | 'to'>>(points: readonly P[]): readonly P[] =>
  points.toSorted((a, b) => b.run.localeCompare(a.run) || compareVersions(b.to, a.to));

const script = `
cd ${quoteWord(restoreDirectory)} 2>/dev/null || exit 0
for point in */; do
  point=\${point%/}
  case $point in *${unfinished}) continue ;; esac
  [ -f "$point/complete" ] || continue
  printf 'point %s %s\\n' "$point" "$(cat "$point/complete")"
  sed 's/^/package /' "$point/packages"
  [ ! -f "$point/debs/sha256" ] || sed 's/^[^ ]*  /deb /' "$point/debs/sha256"
  [ ! -f "$point/addons" ] || sed 's/^/image /' "$point/addons"
  for file in "$point/files${manifestDirectory}"/*.yaml ${quoteWords(kubeletFiles)}; do
    file=\${file#"$point/files"}
    [ -f "$point/files$file" ] || continue
    [ -f "$file" ] && [ "$(cat "$point/files$file")" = "$(cat "$file")" ] || printf 'differs %s\\n' "$file"
  done
done
echo end`;

type Draft = { -readonly [K in keyof RestorePoint]: RestorePoint[K] } & {
  packages: Record<string, { readonly version: string; readonly held: boolean }>;
  debs: Record<string, KeptDeb>;
  images: Record<string, string>;
  differing: string[];
};

const begin = (words: readonly string[]): Draft | undefined => {
  const [name = '', run = '', from = '', to = ''] = words;
  const [was, then] = [parseVersion(from), parseVersion(to)];
  return was === undefined || then === undefined
    ? undefined
    : {
        path: `${restoreDirectory}/${name}`,
        run,
        from: was,
        to: then,
        packages: {},
        debs: {},
        images: {},
        differing: [],
      };
};

/** Adds one line to the point that it belongs to; false where it is none of ours. */
const add = (point: Draft | undefined, kind: string, rest: string): boolean => {
  if (point === undefined) return false;
  if (kind === 'differs') point.differing.push(rest);
  else if (kind === 'deb') {
    const archive = readArchiveName(rest);
    if (archive === undefined) return false;
    point.debs[archive.name] = { version: archive.version, file: rest };
  } else if (kind === 'image') {
    const [, name = '', image = ''] = /^([^=]+)=(.*)$/.exec(rest) ?? [];
    if (image !== '') point.images[name] = image;
  } else if (kind === 'package') {
    const [name = '', version = '', state = ''] = rest.split(' ');
    if (/^[ih]i/.test(state)) point.packages[name] = { version, held: state.startsWith('h') };
  } else return false;
  return true;
};

/** Source: our own script (commands/restore-point.ts); dpkg-query(1), db:Status-Abbrev. */
export const restorePoints = defineFact<readonly RestorePoint[]>({
  id: 'restore-points',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: (output) => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined) return { unreadable: output.stdout.trim() || output.stderr };
    const points: Draft[] = [];
    for (const line of lines) {
      const [kind = '', ...words] = line.split(' ');
      const point = kind === 'point' ? begin(words) : undefined;
      if (point !== undefined) points.push(point);
      else if (!add(points.at(-1), kind, words.join(' '))) return { unreadable: line };
    }
    return { value: points };
  },
});
