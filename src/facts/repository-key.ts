import { scratch } from '../commands/build.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { dumpFunction, readDump, type FoundFile } from './file-dump.ts';
import { minorPath, sourceFiles } from '../commands/private-apt-root.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly userId: string;
  /** Milliseconds since the epoch; missing for a key that never expires. */
  readonly expiresAt?: number;
}

export interface RepositoryKeys {
  /** The key file, or the source file that holds the key itself. */
  readonly file: string;
  readonly keys: readonly SigningKey[];
}

/** gpg creates a home directory where there is none, even for --show-keys (lab, gpg 2.2.40): it gets one of its own. */
const script = `
command -v gpg >/dev/null || exit 3
${dumpFunction}
T=$(mktemp -d) || exit 4
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
show() { printf '=%s\\n' "$1"; gpg --homedir "$T" --no-options --quiet --batch --show-keys --with-colons 2>/dev/null | sed 's/^/>/'; echo; }
for f in ${sourceFiles}; do
  grep -qE '${minorPath}|pkgs\\.k8s\\.io|kubernetes\\.io|kubernetes-[a-z]* ' "$f" 2>/dev/null || continue
  if grep -q 'BEGIN PGP PUBLIC KEY' "$f"; then
    sed -n '/BEGIN PGP PUBLIC/,/END PGP PUBLIC/{s/^[Ss]igned-[Bb]y://;s/^[[:space:]]*//;s/^\\.$//;p;}' "$f" | show "$f"
  fi
  grep -oiE 'signed-by[=:] *[^] ]+' "$f" | sed 's/^[^=:]*[=:] *//' | tr ',' '\\n' | grep '^/' > "$T/files"
  while read -r key; do [ -f "$key" ] && show "$key" <"$key"; done < "$T/files"
done
:`;

const keysOf = (text: string): readonly SigningKey[] => {
  const keys: { keyId: string; userId: string; expiresAt?: number }[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    const [kind, expires, user] = [fields[0], fields[6] ?? '', fields[9] ?? ''];
    const key = keys.at(-1);
    if (kind === 'pub')
      keys.push({
        keyId: fields[4] ?? '',
        userId: '',
        ...(/^\d+$/.test(expires) ? { expiresAt: Number(expires) * 1000 } : {}),
      });
    else if (kind === 'uid' && key?.userId === '')
      key.userId = user.replaceAll(/\\x([0-9a-f]{2})/gi, (_escape, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
  }
  return keys;
};

const parse = ({ stdout, stderr, code }: Output): Parsed<readonly RepositoryKeys[]> => {
  if (code === 3) return { absent: true };
  const files = readDump(stdout);
  if (code !== 0 || files === undefined) return { unreadable: stdout.trim() || stderr };
  const byPath = new Map<string, FoundFile>(files.map((file) => [file.path, file]));
  return { value: [...byPath.values()].map(({ path, text }) => ({ file: path, keys: keysOf(text) })) };
};

/** Source: gnupg doc/DETAILS, "Format of the colon listings"; recorded on the lab, gpg 2.2.40. Absent without gpg. */
export const repositoryKey = defineFact<readonly RepositoryKeys[]>({
  id: 'repository-key',
  subject: 'node',
  command: scratch(['sh', '-c', script], { timeoutMs: 30_000 }),
  parse,
});
