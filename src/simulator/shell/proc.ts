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

const asleep = (): void => undefined;

/** One simulated process: a shell, a subshell or a program. */
export class Proc {
  readonly host: Host;
  readonly actor: Actor;
  readonly pid: number;
  readonly parent: Proc | undefined;
  readonly argv: readonly string[];
  readonly #table: Table;
  #onlyChild: Proc | undefined;
  #children: Set<Proc> | undefined;
  /** A signal that has come and was not yet acted upon. */
  pending: Signal | undefined;
  /** The signal that ended it. */
  endedBy: Signal | undefined;
  #ignored: Set<Signal> | undefined;
  #caught: Set<Signal> | undefined;
  /** Of the first process of a tree: what makes it look at its signals at once. */
  wake: () => void = asleep;

  constructor(host: Host, actor: Actor, argv: readonly string[], parent?: Proc) {
    this.host = host;
    this.actor = actor;
    this.argv = argv;
    this.parent = parent;
    this.#table = parent === undefined ? tableOf(host) : parent.#table;
    this.pid = this.#table.nextPid++;
    this.#table.live.set(this.pid, this);
    if (parent === undefined) return;
    if (parent.#ignored !== undefined && parent.#ignored.size > 0) this.#ignored = new Set(parent.#ignored);
    parent.#addChild(this);
  }

  /** Most have one child at a time: those that do not are given a set. */
  #addChild(child: Proc): void {
    if (this.#children !== undefined) this.#children.add(child);
    else if (this.#onlyChild === undefined) this.#onlyChild = child;
    else {
      this.#children = new Set([this.#onlyChild, child]);
      this.#onlyChild = undefined;
    }
  }

  #dropChild(child: Proc): void {
    if (this.#onlyChild === child) this.#onlyChild = undefined;
    else this.#children?.delete(child);
  }

  /** Signals that do not reach it; handed down to its children. */
  get ignored(): Set<Signal> {
    return (this.#ignored ??= new Set());
  }

  /** Signals that it looks for itself: the others end it. */
  get caught(): Set<Signal> {
    return (this.#caught ??= new Set());
  }

  child(argv: readonly string[]): Proc {
    return new Proc(this.host, this.actor, argv, this);
  }

  /** It and all below it, or itself only; noticed at its next pause, and pauses end now. */
  signal(signal: Signal, reach: 'tree' | 'itself' = 'tree'): void {
    if (signal === 'KILL' || this.#ignored?.has(signal) !== true)
      this.pending = this.pending === 'KILL' ? 'KILL' : signal;
    if (reach === 'tree') {
      this.#onlyChild?.signal(signal);
      for (const child of this.#children ?? []) child.signal(signal);
    }
    if (this.parent === undefined || reach === 'itself') this.root.wake();
  }

  get root(): Proc {
    return this.parent === undefined ? this : this.parent.root;
  }

  /** The pending signal, if it is one that ends this process. */
  get fatal(): Signal | undefined {
    return this.pending !== undefined && this.#caught?.has(this.pending) !== true ? this.pending : undefined;
  }

  end(): void {
    this.#table.live.delete(this.pid);
    if (this.parent !== undefined) this.parent.#dropChild(this);
  }
}
