import type { Event } from '../../src/model/event.ts';
import type { Exit } from '../../src/model/exit.ts';
import type { Break } from '../../src/simulator/oracle/invariant.ts';
import type { Note } from '../../src/simulator/oracle/note.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import type { Fate } from '../../src/simulator/transport/channel.ts';
import type { Sent, Watcher } from '../../src/simulator/transport/transport.ts';
import type { Actor } from '../../src/simulator/world/actor.ts';
import type { Host } from '../../src/simulator/world/host.ts';
import type { Ground } from './ground.ts';
import { shorten } from './trace.ts';

/** Who is told of everything that programs do, and what they may do about it. */
export interface Observers {
  readonly note: (note: Note) => void;
  /** A command is about to travel: faults may come now, and one may take its connection away. */
  readonly fateOf: (sent: Sent) => Fate | undefined;
  /** A command's answer has come, or never will. */
  readonly answered: (command: number) => void;
  /** Before (and after) an event of a cluster's journal is on disk. */
  readonly journal: (program: Program, event: Event, moment: 'before' | 'after') => void;
}

/** Nobody looks on, and nothing goes wrong. */
export const nobody: Observers = {
  note: () => undefined,
  fateOf: () => undefined,
  answered: () => undefined,
  journal: () => undefined,
};

/** An oracle is told of it, and trouble comes of it. */
export const watchedBy = (
  oracle: Pick<Observers, 'note'>,
  trouble: Pick<Observers, 'fateOf' | 'answered' | 'journal'>,
): Observers => ({
  note: (note) => oracle.note(note),
  fateOf: (sent) => trouble.fateOf(sent),
  answered: (command) => trouble.answered(command),
  journal: (program, event, moment) => trouble.journal(program, event, moment),
});

const told = (exit: Exit): string =>
  exit.kind === 'code' ? `rc ${exit.code}` : exit.kind === 'signal' ? `signal ${exit.signal}` : `unknown: ${exit.why}`;

/** A path that is not as it was at a mark, through this actor: what was made and removed again may come and go. */
const leftChanged = (files: Host['files'], mark: number, actor: Actor): string | undefined => {
  const seen = new Set<string>();
  for (const { path, existed, actor: by } of files.changedSince(mark)) {
    if (by !== actor || seen.has(path)) continue;
    seen.add(path);
    if (existed || files.linkStat(path) !== undefined) return path;
  }
  return undefined;
};

/**
 * Watches the commands of all programs: counts them, tells the oracle and the trace, and proves of every question that
 * what it did to files is gone when it has been answered.
 */
export class CommandWatch implements Watcher {
  count = 0;
  readonly breaks: Break[] = [];
  readonly #ground: Ground;
  readonly #observers: Observers;
  readonly #marks = new Map<number, number>();

  constructor(ground: Ground, observers: Observers) {
    this.#ground = ground;
    this.#observers = observers;
  }

  sent(without: Omit<Sent, 'number'>): { readonly sent: Sent; readonly fate: Fate | undefined } {
    this.count += 1;
    const sent = { ...without, number: this.count };
    const { program, effect, login, line, node, stdin, actor } = sent;
    const fate = this.#observers.fateOf(sent);
    if (program.state === 'dead') return { sent, fate };
    this.#ground.trace.line(() => `p${program.id} ${node} #${sent.number} ${effect} ${shorten(line)}`);
    if (effect !== 'write') this.#marks.set(sent.number, this.#host(node).files.mark());
    const shown = stdin === '' ? {} : { stdin };
    this.#observers.note({
      type: 'command-sent',
      program: program.id,
      number: sent.number,
      node,
      effect,
      login,
      line,
      actor,
      ...shown,
    });
    return { sent, fate };
  }

  ended({ program, number, node, actor, line }: Sent, exit: Exit): void {
    this.#observers.answered(number);
    if (program.state === 'dead') return;
    this.#ground.trace.line(() => `p${program.id} ${node} #${number} ${told(exit)}`);
    const known = exit.kind === 'unknown' ? 'unknown' : 'known';
    const mark = this.#marks.get(number);
    this.#marks.delete(number);
    if (mark !== undefined && known === 'known') {
      const { files } = this.#host(node);
      const left = leftChanged(files, mark, actor);
      if (left !== undefined) this.#broken(`a question left ${left} changed on ${node}: ${shorten(line)}`);
    }
    this.#observers.note({ type: 'command-ended', program: program.id, number, exit: known });
  }

  #broken(what: string): void {
    this.breaks.push({ invariant: 12, at: this.#ground.kernel.now, what });
  }

  #host(node: string): Host {
    const host = this.#ground.world.hosts.get(node);
    if (host === undefined) throw new RangeError(`no host ${node} in the simulated world`);
    return host;
  }
}
