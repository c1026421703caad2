import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';

export type Signal = 'TERM' | 'HUP' | 'INT' | 'PIPE' | 'KILL';

/** Source: signal(7), Linux on x86. */
export const signalNumbers: Readonly<Record<Signal, number>> = { HUP: 1, INT: 2, KILL: 9, PIPE: 13, TERM: 15 };

export const isSignal = (name: string): name is Signal => name in signalNumbers;

/** What a shell's `$?` says of a child that a signal ended. */
export const statusOf = (signal: Signal): number => 128 + signalNumbers[signal];

interface Table {
  nextPid: number;
  readonly live: Map<number, Proc>;
}

const tables = new WeakMap<Host, Table>();
const tableOf = (host: Host): Table => {
  const known = tables.get(host);
  if (known !== undefined) return known;
  const made: Table = { nextPid: 1200, live: new Map() };
  tables.set(host, made);
  return made;
};

/** The processes of a host that run at this moment, by pid. */
export const processesOf = (host: Host): ReadonlyMap<number, Proc> => tableOf(host).live;

/** A new pid of a host, for what is no process of the shell: a kubelet, a foreign apt. */
export const newPid = (host: Host): number => tableOf(host).nextPid++;

/** One simulated process: a shell, a subshell or a program. */
export class Proc {
  readonly host: Host;
  readonly actor: Actor;
  readonly pid: number;
  readonly parent: Proc | undefined;
  readonly argv: readonly string[];
  readonly #children = new Set<Proc>();
  /** A signal that has come and was not yet acted upon. */
  pending: Signal | undefined;
  /** The signal that ended it. */
  endedBy: Signal | undefined;
  readonly ignored: Set<Signal>;
  /** Signals that it looks for itself: the others end it. */
  readonly caught = new Set<Signal>();
  /** Of the first process of a tree: what makes it look at its signals at once. */
  wake: () => void = () => undefined;

  constructor(host: Host, actor: Actor, argv: readonly string[], parent?: Proc) {
    this.host = host;
    this.actor = actor;
    this.argv = argv;
    this.parent = parent;
    this.ignored = new Set(parent?.ignored);
    const table = tableOf(host);
    this.pid = table.nextPid++;
    table.live.set(this.pid, this);
    parent?.addChild(this);
  }

  private addChild(child: Proc): void {
    this.#children.add(child);
  }

  child(argv: readonly string[]): Proc {
    return new Proc(this.host, this.actor, argv, this);
  }

  /** It and all below it, or itself only; noticed at its next pause, and pauses end now. */
  signal(signal: Signal, reach: 'tree' | 'itself' = 'tree'): void {
    if (signal === 'KILL' || !this.ignored.has(signal)) this.pending = this.pending === 'KILL' ? 'KILL' : signal;
    if (reach === 'tree') for (const child of this.#children) child.signal(signal);
    if (this.parent === undefined || reach === 'itself') this.root.wake();
  }

  get root(): Proc {
    return this.parent === undefined ? this : this.parent.root;
  }

  /** The pending signal, if it is one that ends this process. */
  get fatal(): Signal | undefined {
    return this.pending !== undefined && !this.caught.has(this.pending) ? this.pending : undefined;
  }

  end(): void {
    tableOf(this.host).live.delete(this.pid);
    if (this.parent !== undefined) this.parent.#children.delete(this);
  }
}
