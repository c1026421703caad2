import { read } from '../commands/build.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact, type Fact } from './fact.ts';
import type { ServiceName } from './service-units.ts';

/** A line of a log that says that something went wrong, the newest of those that say the same. */
export interface LoggedLine {
  /** As the log has it: `2026-11-22T18:37:41+0000`. */
  readonly at: string;
  readonly text: string;
  /** How many lines said so. */
  readonly count: number;
}

const complains =
  /^[EF]\d{4} |"?level"?[=:]"?(error|fatal|panic)|err="|^Error:|\b(failed|unknown flag|fatal|panic:)|Stopped |Main process exited|no space left/i;

/** Times, numbers, addresses and ids differ from one try to the next. */
const sameness = (text: string): string => text.replaceAll(/[0-9a-f]{6,}|\d+/g, '#').slice(0, 160);

const keptLines = 8;
/** Says what nothing else says, every 20 s: a kubelet without its API server has more to complain about than is kept. */
const alwaysKept = /Could not process manifest file/;
const lineLength = 600;

/** Of a log's lines those that complain, each once, the newest last. */
export const complaintsIn = (
  lines: readonly { readonly at: string; readonly text: string }[],
): readonly LoggedLine[] => {
  const found = new Map<string, LoggedLine>();
  for (const { at, text } of lines) {
    if (!complains.test(text)) continue;
    const key = sameness(text);
    const count = (found.get(key)?.count ?? 0) + 1;
    found.delete(key);
    found.set(key, { at, text: text.slice(0, lineLength), count });
  }
  const all = [...found.values()];
  return [...all.slice(0, -keptLines).filter(({ text }) => alwaysKept.test(text)), ...all.slice(-keptLines)];
};

/** `2026-11-22T18:37:41+0000 host program[pid]: text` */
const journalLine = /^(\d{4}-\d\d-\d\dT\S+) \S+ ([^\s:[]+)(?:\[\d+\])?: (.*)$/;

/**
 * What the newest lines of a service complain about. Source: journalctl(1), `--output=short-iso`; recorded on the lab,
 * kubelet 1.35.4, containerd 1.6, systemd 252. No `--since`: beside `--lines`, journalctl 252 then shows the oldest (lab).
 */
export const unitLog = (unit: ServiceName): Fact<readonly LoggedLine[]> =>
  defineFact({
    id: 'unit-log',
    parameters: [unit],
    subject: 'node',
    command: read(['journalctl', `--unit=${unit}`, '--lines=200', '--output=short-iso', '--no-pager', '--quiet']),
    parse: ({ stdout, stderr, code }) => {
      if (code !== 0) return { unreadable: stderr.trim() || stdout.trim() || `journalctl: rc ${code}` };
      const lines = withoutControlSequences(stdout)
        .split('\n')
        .flatMap((line) => {
          const [, at, , text] = journalLine.exec(line) ?? [];
          return at === undefined || text === undefined ? [] : [{ at, text }];
        });
      return { value: complaintsIn(lines) };
    },
  });
