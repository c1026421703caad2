import { read } from '../commands/build.ts';
import { quoteWord } from '../commands/quote.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { defineFact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** What one run left on a node. */
export interface RunFiles {
  readonly run: string;
  /** On the disk, whole blocks. */
  readonly bytes: number;
  /** Since something in it was last written, by the node's clock. */
  readonly ageSeconds: number;
  /** Snapshots of etcd and other parts of backups that were not taken off the node as they should have been. */
  readonly snapshots: readonly string[];
}

const script = `
cd ${quoteWord(nodeDirectory)} 2>/dev/null || exit 0
now=$(date +%s)
for d in */; do
  [ -d "$d" ] && [ ! -L "\${d%/}" ] || continue
  case "\${d%/}" in *[!A-Za-z0-9._-]*) continue ;; esac
  newest=$(find "$d" -printf '%T@\\n' | cut -d . -f 1 | sort -n | tail -n 1)
  printf '%s %s %s' "\${d%/}" "$(du -sk "$d" | cut -f 1)" "$((now - newest))"
  for f in "$d"etcd-*.db "$d"etcd-*.db.part "$d"etcd-*.json "$d"backup-*; do
    case "\${f#"$d"}" in *[!A-Za-z0-9._+-]*) continue ;; esac
    [ -e "$f" ] && printf ' %s' "\${f#"$d"}"
  done
  echo
done
echo end`;

const row = /^([A-Za-z0-9][A-Za-z0-9._-]*) (\d{1,12}) (-?\d{1,12})((?: (?:etcd|backup)-[A-Za-z0-9._+-]+)*)$/;

/**
 * The directories of runs in /var/lib/nodeops; files that lie there by themselves (`holds`) are not among them, nor is
 * what has a name that no run of ours could have. Source:
 * our own script (commands/systemd-run.ts); du(1), find(1) `-printf`.
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
      const [, run, kibibytes, age, names = ''] = row.exec(line) ?? [];
      if (run === undefined) return { unreadable: line };
      value.push({
        run,
        bytes: Number(kibibytes) * 1024,
        ageSeconds: Math.max(0, Number(age)),
        snapshots: names.trim() === '' ? [] : names.trim().split(' '),
      });
    }
    return { value };
  },
});
