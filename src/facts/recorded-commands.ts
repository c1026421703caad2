import { read } from '../commands/build.ts';
import { quoteWord } from '../commands/quote.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { defineFact } from './fact.ts';

/** What a detached command of ours left on the node. */
export interface RecordedCommand {
  readonly run: string;
  /** `<step>-<attempt>` */
  readonly unit: string;
  /** Missing while it runs, or when it was killed. */
  readonly exit?: number;
  /** Seconds since the epoch. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** systemd still runs it. */
  readonly running: boolean;
  /** The command line; of a script, its first line. */
  readonly line?: string;
}

const script = `
cd ${quoteWord(nodeDirectory)} 2>/dev/null || exit 0
for d in */*/; do
  [ -d "$d" ] || continue
  printf '%s' "\${d%/}"
  for f in exit started finished; do
    line=
    [ -f "$d$f" ] && read -r line < "$d$f"
    printf ' %s' "\${line:--}"
  done
  state=-
  [ -e "\${d}started" ] && [ ! -e "\${d}exit" ] && state=$(systemctl is-active "nodeops-$(echo "\${d%/}" | tr / -)")
  printf ' %s' "$state"
  line=
  [ -f "\${d}line" ] && read -r line < "\${d}line"
  printf ' %s\\n' "$line"
done`;

const row = /^([^/\s]+)\/([^/\s]+) (\d+|-) (\d+|-) (\d+|-) ([a-z-]+)(?: (.*))?$/;
const known = (name: string, text: string | undefined): Record<string, number> =>
  text === undefined || text === '-' ? {} : { [name]: Number(text) };

/** Source: our own script (commands/systemd-run.ts); recorded on the lab, Debian 12. */
export const recordedCommands = defineFact<readonly RecordedCommand[]>({
  id: 'recorded-commands',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const value: RecordedCommand[] = [];
    for (const line of stdout.split('\n').filter((text) => text !== '')) {
      const [, run, unit, exit, started, finished, state, typed] = row.exec(line) ?? [];
      if (run === undefined || unit === undefined) return { unreadable: line };
      value.push({
        run,
        unit,
        ...known('exit', exit),
        ...known('startedAt', started),
        ...known('finishedAt', finished),
        running: state === 'active' || state === 'activating',
        ...(typed ? { line: typed } : {}),
      });
    }
    return { value };
  },
});
