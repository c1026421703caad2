import type { Program } from '../history.ts';
import type { Invariant } from '../invariant.ts';
import type { JournalEntry } from '../note.ts';

type Sent = NonNullable<ReturnType<Program['sent']['get']>>;

interface Unknown {
  readonly node: string;
  readonly at: number;
  /** Whoever repeats it; undefined: its program is dead, and nobody may before looking. */
  readonly program: number | undefined;
  /** What it changes, any node can tell of. */
  readonly shared: boolean;
}

/** A write through another API server is the same write. */
const serverFlag = ' --server=';
const withoutServer = (line: string): string => {
  const at = line.indexOf(serverFlag);
  if (at === -1) return line;
  const end = line.indexOf(' ', at + serverFlag.length);
  return line.slice(0, at) + (end === -1 ? '' : line.slice(end));
};

const keyOf = (node: string, line: string): string =>
  line.includes(serverFlag) ? `api ${withoutServer(line)}` : `${node} ${line}`;

const isShared = (line: string): boolean => line.includes(serverFlag) || line.includes(' move-leader ');

/**
 * Writes by their line as it was sent, and, since a detached command's line names its try, as the journal has it. What
 * answers a question about the node clears it; a write through the API, or of who leads etcd, is cleared by an answer
 * from any node.
 */
export const neverRepeated: Invariant = {
  number: 9,
  title: 'a command whose outcome is unknown is not repeated before the state was observed',
  watch: (scene) => {
    const { history } = scene;
    const unknown = new Map<string, Unknown>();
    /** `program node` → when the last write was sent to it. */
    const writtenAt = new Map<string, number>();
    /** `program id` → when its journal announced a write. */
    const announcedAt = new Map<string, number>();
    // A node that could not be dialled was sent nothing, though a careful journal calls the outcome unknown.
    const wasSent = (program: number, node: string, id: string): boolean =>
      (writtenAt.get(`${program} ${node}`) ?? -Infinity) >= (announcedAt.get(`${program} ${id}`) ?? -Infinity);
    const remember = (node: string, line: string, program: number | undefined): void => {
      scene.reached();
      unknown.set(keyOf(node, line), { node, at: history.now, program, shared: isShared(line) });
    };
    const ask = (node: string, line: string, program: number): void => {
      const known = unknown.get(keyOf(node, line));
      if (known === undefined || (known.program !== undefined && known.program !== program)) return;
      scene.broken(
        `on ${node} a command was repeated without a look, its outcome unknown since ${Math.round((history.now - known.at) / 1000)} s: ${line.slice(0, 200)}`,
      );
    };
    const answered = (node: string, sentAt: number): void => {
      for (const [key, known] of unknown)
        if ((known.node === node || known.shared) && sentAt >= known.at) unknown.delete(key);
    };
    const ended = (sent: Sent | undefined, exit: 'known' | 'unknown'): void => {
      if (sent?.effect === 'write' && exit === 'unknown') remember(sent.node, sent.line, sent.program);
      if (sent !== undefined && sent.effect !== 'write' && sent.login !== true && exit === 'known')
        answered(sent.node, sent.at);
    };
    const journalled = (entry: JournalEntry, program: Program | undefined): void => {
      const { type, id = '', node = '', line = '', effect, exit } = entry;
      if (program === undefined) return;
      if (type === 'command-started' && effect === 'write') {
        ask(node, line, program.number);
        announcedAt.set(`${program.number} ${id}`, history.now);
      }
      const announced = program.announced.get(id);
      const lost = type === 'command-finished' && announced?.effect === 'write' && exit?.kind === 'unknown';
      if (lost && wasSent(program.number, node, id)) remember(node, announced.line ?? '', program.number);
    };
    return {
      note: (note) => {
        const program = history.programs.get(note.program);
        if (note.type === 'command-sent') {
          if (note.effect !== 'write') return;
          ask(note.node, note.line, note.program);
          writtenAt.set(`${note.program} ${note.node}`, history.now);
        } else if (note.type === 'command-ended') ended(program?.sent.get(note.number), note.exit);
        else if (note.type === 'journal') journalled(note.entry, program);
        else if (note.type === 'program-killed')
          for (const { effect, node, line } of program?.sent.values() ?? [])
            if (effect === 'write') remember(node, line, undefined);
      },
    };
  },
};
