import { askedLock, askedPrefix } from '../commands/ask-target.ts';
import { read } from '../commands/build.ts';
import { quoteWord } from '../commands/quote.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { defineFact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** What one run, or one question, left on a node. */
export interface RunFiles {
  /** Its name, or that of the directory of a question. */
  readonly run: string;
  /** On the disk, whole blocks. */
  readonly bytes: number;
  /** Since something in it was last written, by the node's clock. */
  readonly ageSeconds: number;
  /** Snapshots of etcd and other parts of backups that were not taken off the node as they should have been. */
  readonly snapshots: readonly string[];
  /** A question unpacked programs there, and was killed or went down with its node: nobody needs it any more. */
  readonly asked?: true;
}

/** A question locks its directory a moment after it made it. */
const unlockedSeconds = 60;

const script = `
cd ${quoteWord(nodeDirectory)} 2>/dev/null || exit 0
now=$(date +%s)
for d in */; do
  [ -d "$d" ] && [ ! -L "\${d%/}" ] || continue
  case "\${d%/}" in *[!A-Za-z0-9._-]*) continue ;; esac
  newest=$(find "$d" -printf '%T@\\n' | cut -d . -f 1 | sort -n | tail -n 1)
  asked=
  case $d in ${askedPrefix}*)
    if [ -f "$d"${askedLock} ]; then flock -n "$d"${askedLock} true; else [ "$((now - newest))" -gt ${unlockedSeconds} ]; fi || continue
    asked=' asked'
    ;;
  esac
  printf '%s %s %s%s' "\${d%/}" "$(du -sk "$d" | cut -f 1)" "$((now - newest))" "$asked"
  for f in "$d"etcd-*.db "$d"etcd-*.db.part "$d"etcd-*.json "$d"backup-*; do
    case "\${f#"$d"}" in *[!A-Za-z0-9._+-]*) continue ;; esac
    [ -e "$f" ] && printf ' %s' "\${f#"$d"}"
  done
  echo
done
echo end`;

const row = /^([A-Za-z0-9][A-Za-z0-9._-]*) (\d{1,12}) (-?\d{1,12})( asked)?((?: (?:etcd|backup)-[A-Za-z0-9._+-]+)*)$/;

/**
 * The directories of runs in /var/lib/nodeops, and those of questions that are over (nobody holds their lock); files
 * that lie there by themselves (`holds`) are not among them, nor is what has a name that no run of ours could have.
 * Source: our own scripts (commands/systemd-run.ts, commands/ask-target.ts); du(1), find(1) `-printf`; flock(1).
 */
export const runFiles = defineFact<readonly RunFiles[]>({
  id: 'run-files',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: (output) => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined) return { unreadable: output.stdout.trim() || output.stderr };
    const value: RunFiles[] = [];
    for (const line of lines) {
      const [, run, kibibytes, age, asked, names = ''] = row.exec(line) ?? [];
      if (run === undefined) return { unreadable: line };
      value.push({
        run,
        bytes: Number(kibibytes) * 1024,
        ageSeconds: Math.max(0, Number(age)),
        snapshots: names.trim() === '' ? [] : names.trim().split(' '),
        ...(asked === undefined ? {} : { asked: true }),
      });
    }
    return { value };
  },
});
