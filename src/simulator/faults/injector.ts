import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { World } from '../world/host.ts';
import type { Fate } from '../transport/channel.ts';
import { fateOf, isConnectionKind } from './connection-kinds.ts';
import type { Fault, Moment } from './fault.ts';
import type { Heal } from './kind.ts';
import { kinds } from './kinds.ts';
import type { Levers } from './levers.ts';

/** A fault that has had its effect. */
export interface Struck {
  readonly fault: Fault;
  /** Virtual ms since the epoch. */
  readonly at: number;
  /** The step that was in hand, and where in its command it was. */
  readonly step: string;
  readonly moment: Moment;
  readonly host: string | undefined;
  /** It still lasts. */
  active: boolean;
}

export interface InjectorOptions {
  readonly world: World;
  readonly levers: Levers;
  readonly faults: readonly Fault[];
  /** The step that is in hand now, for the table of what was tried; '' between steps. */
  readonly step: () => string;
}

interface Command {
  readonly number: number;
  readonly node: string;
}

interface Active {
  readonly fault: Fault;
  readonly heal: Heal | undefined;
  readonly struck: Struck[];
  readonly listeners: ((event: WorldEvent) => void)[];
  over: boolean;
}

/** Lets the faults of a plan come when their time has come, and puts them right again when it is over. */
export class Injector {
  readonly struck: Struck[] = [];
  /** Commands and journal entries so far, of all programs. */
  commands = 0;
  journals = 0;
  readonly #options: InjectorOptions;
  readonly #waiting: Set<Fault>;
  readonly #active: Active[] = [];
  /** Commands under way: how far a fault is inside one. */
  readonly #inHand = new Map<number, Command>();

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#waiting = new Set(options.faults);
    const { kernel } = options.world;
    const begun = kernel.now;
    for (const fault of options.faults)
      if ('atMs' in fault.when && !isConnectionKind(fault.kind))
        kernel.at(begun + fault.when.atMs, () =>
          this.#come(fault, this.#inHand.size > 0 ? 'during' : 'before', undefined),
        );
    options.world.listen((event) => {
      for (const active of this.#active) if (!active.over) for (const tell of active.listeners) tell(event);
    });
  }

  /**
   * Faults that have not come yet, that came and wait for their moment, and lasting ones that have not passed. Permanent
   * ones count as done once they came. It may never be 0: a run may be shorter than its plan (`settle`).
   */
  get pending(): number {
    return this.#waiting.size + this.#active.filter(({ over, fault }) => !over && fault.permanent !== true).length;
  }

  /** Kinds of fault that last on a host now: why it may not be reachable, or not writable. */
  lastingOn(host: string): readonly string[] {
    return this.struck.filter((each) => each.active && each.host === host).map(({ fault }) => fault.kind);
  }

  /**
   * A command is about to travel. Returns its number, for `commandEnded`, and what its connection suffers. What comes
   * before it has come when this returns.
   */
  commandSent(node: string): { readonly number: number; readonly fate: Fate | undefined } {
    this.commands += 1;
    const command = { number: this.commands, node };
    this.#inHand.set(command.number, command);
    let fate: Fate | undefined;
    for (const fault of this.#stillToCome()) {
      if (isConnectionKind(fault.kind)) {
        if (fate !== undefined || !this.#befallsCommand(fault, command)) continue;
        fate = fateOf(fault);
        this.#waiting.delete(fault);
        this.#record(fault, fate?.lose ?? fault.moment, node);
      } else if ('command' in fault.when && fault.when.command === command.number) {
        if (fault.moment === 'before') this.#come(fault, 'before', node);
        else if (fault.moment === 'during') this.#comeLater(fault, command);
      }
    }
    return { number: command.number, fate };
  }

  /** Its answer has come, or will never come. */
  commandEnded(number: number): void {
    const command = this.#inHand.get(number);
    this.#inHand.delete(number);
    if (command === undefined) return;
    for (const fault of this.#stillToCome())
      if ('command' in fault.when && fault.when.command === number && fault.moment === 'after')
        this.#come(fault, 'after', command.node);
  }

  /** The next journal entry is about to be written (`before`, which counts it), or is on disk (`after`). */
  journal(moment: 'before' | 'after'): void {
    if (moment === 'before') this.journals += 1;
    for (const fault of this.#stillToCome())
      if (
        'journal' in fault.when &&
        fault.when.journal === this.journals &&
        (fault.moment === 'before') === (moment === 'before')
      )
        this.#come(fault, moment, undefined);
  }

  /** Ends everything that lasts and is not for good, and lets nothing new come. */
  settle(): void {
    this.#waiting.clear();
    for (const active of this.#active) if (active.fault.permanent !== true) this.#heal(active);
  }

  /** A copy: what comes leaves the set. */
  #stillToCome(): readonly Fault[] {
    return [...this.#waiting];
  }

  #befallsCommand(fault: Fault, { number, node }: Command): boolean {
    if (fault.where !== undefined && fault.where !== node) return false;
    if ('command' in fault.when) return fault.when.command <= number;
    return 'journal' in fault.when ? fault.when.journal <= this.journals : false;
  }

  #comeLater(fault: Fault, command: Command): void {
    this.#options.world.kernel.after(fault.delayMs ?? 0, () =>
      this.#come(fault, this.#inHand.has(command.number) ? 'during' : 'after', command.node),
    );
  }

  #come(fault: Fault, moment: Moment, node: string | undefined): void {
    if (!this.#waiting.delete(fault) || isConnectionKind(fault.kind)) return;
    const { world, levers } = this.#options;
    const kind = kinds[fault.kind];
    const host = kind.befalls === 'none' ? undefined : world.hosts.get(fault.where ?? node ?? '');
    const actor: Actor = { kind: 'fault', fault: fault.kind };
    const [struck, listeners]: [Struck[], Active['listeners']] = [[], []];
    const active: { -readonly [Key in keyof Active]: Active[Key] } = {
      fault,
      heal: undefined,
      struck,
      listeners,
      over: false,
    };
    this.#active.push(active);
    let first = true;
    active.heal = kind.strike({
      world,
      levers,
      fault,
      host,
      actor,
      hit: () => {
        // What waited for its moment met it somewhere inside: a unit, an install.
        struck.push(this.#record(fault, first ? moment : 'during', host?.name));
        if (!first && active.heal === undefined) this.#heal(active);
      },
      over: () => active.over,
      onEvent: (listener) => listeners.push(listener),
    });
    first = false;
    // Over at once, unless it waits for its moment still.
    if (active.heal === undefined && (struck.length > 0 || listeners.length === 0)) this.#heal(active);
    else if (fault.permanent !== true && fault.lastsMs !== undefined)
      world.kernel.after(fault.lastsMs, () => this.#heal(active));
  }

  #heal(active: Active): void {
    if (active.over) return;
    active.over = true;
    active.heal?.();
    for (const each of active.struck) each.active = false;
  }

  #record(fault: Fault, moment: Moment, host: string | undefined): Struck {
    const lasts = !isConnectionKind(fault.kind);
    const struck = {
      fault,
      at: this.#options.world.kernel.now,
      step: this.#options.step(),
      moment,
      host,
      active: lasts,
    };
    this.struck.push(struck);
    return struck;
  }
}
