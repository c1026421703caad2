import { read } from '../commands/build.ts';
import { quoteWord } from '../commands/quote.ts';
import { nodeDirectory, printBoot } from '../commands/systemd-run.ts';
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
  /** Begun before the node's present boot, which cut it off: it left no exit code. */
  readonly rebooted?: true;
  /** The version that its step led to. */
  readonly version?: string;
  /** The command line; of a script, its first line. */
  readonly line?: string;
}

const script = `
cd ${quoteWord(nodeDirectory)} 2>/dev/null || exit 0
boot=$(${printBoot})
for d in */*/; do
  [ -d "$d" ] || continue
  printf '%s' "\${d%/}"
  for f in exit started finished; do
    line=
    [ -f "$d$f" ] && read -r line < "$d$f"
    printf ' %s' "\${line:--}"
  done
  state=-
  if [ -e "\${d}started" ] && [ ! -e "\${d}exit" ]; then
    if [ -s "\${d}boot" ] && [ "$(cat "\${d}boot")" != "$boot" ]; then state=rebooted
    else state=$(systemctl is-active "nodeops-$(echo "\${d%/}" | tr / -)"); fi
  fi
  line=
  [ -f "\${d}for" ] && read -r line < "\${d}for"
  printf ' %s for=%s' "$state" "$line"
  line=
  [ -f "\${d}line" ] && read -r line < "\${d}line"
  printf ' %s\\n' "$line"
done`;

const row = /^([^/\s]+)\/([^/\s]+) (\d+|-) (\d+|-) (\d+|-) ([a-z-]+)(?: for=(\S*))?(?: (.*))?$/;
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
      const [, run, unit, exit, started, finished, state, version, typed] = row.exec(line) ?? [];
      if (run === undefined || unit === undefined) return { unreadable: line };
      value.push({
        run,
        unit,
        ...known('exit', exit),
        ...known('startedAt', started),
        ...known('finishedAt', finished),
        ...(state === 'rebooted' ? { rebooted: true as const } : {}),
        ...(version ? { version } : {}),
        running: state === 'active' || state === 'activating',
        ...(typed ? { line: typed } : {}),
      });
    }
    return { value };
  },
});
