import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { SeenWorld } from './seen-world.ts';
import type { Found } from './found.ts';
import type { JournalEntry, Note } from './note.ts';
import { isReady, memberTrouble, nodeTrouble } from './reading.ts';

type Sent = Extract<Note, { readonly type: 'command-sent' }>;

/** One process of nodeops, as the oracle has followed it. */
export interface Program {
  readonly number: number;
  readonly changesNothing: boolean;
  readonly startedAt: number;
  /** Node → when the step that is in hand for it began; '' for the steps of the whole cluster. */
  readonly steps: Map<string, number>;
  /** Node → when it sent the last question to it that has come to an end, answered or not. */
  readonly looks: Map<string, number>;
  /** The same, as it was when the step in hand for the node began. */
  readonly looksBefore: Map<string, number>;
  /** Commands announced in its journal and not ended there, by id. */
  readonly announced: Map<string, JournalEntry>;
  /** Commands under way, by number. */
  readonly sent: Map<number, Sent & { readonly at: number }>;
  /** When it sent the last command to which it got an answer. */
  answeredAt: number;
  alive: boolean;
}

export interface Trouble {
  readonly since: number;
  readonly what: string;
}

const keep = (troubles: Map<string, Trouble>, key: string, what: string | undefined, now: number): void => {
  if (what === undefined) troubles.delete(key);
  else if (!troubles.has(key)) troubles.set(key, { since: now, what });
};

const movesNode: ReadonlySet<WorldEvent['type']> = new Set([
  'package-changed',
  'kubelet-started',
  'kubelet-stopped',
  'component-ready',
  'component-stopped',
  'host-up',
  'host-down',
] as const);

/** How long a look may take: the step that looked is over when its answer is some round trips old. */
const aLookMs = 2000;

/** What several invariants must remember of what has happened. Told of everything before they are. */
export class History {
  readonly programs = new Map<number, Program>();
  /** etcd members that are not as they should be, by host. */
  readonly sickMembers = new Map<string, Trouble>();
  /** Nodes that are not as they should be. */
  readonly sickNodes = new Map<string, Trouble>();
  /** Nodes that the API calls not Ready: what befell them shows there only after the node controller's grace. */
  readonly notReady = new Map<string, Trouble>();
  /** Node → who has it cordoned, and since when. */
  readonly cordons = new Map<string, { readonly by: Actor; readonly since: number }>();
  /** Node → when a person last uncordoned it. */
  readonly handUncordoned = new Map<string, number>();
  /** `host unit` → who started it, of those that run. */
  readonly units = new Map<string, { readonly by: Actor; readonly since: number }>();
  /** `host component` → who last stopped it: what starts it again is always its kubelet. */
  readonly #stoppers = new Map<string, Actor>();
  /** SeenHost → who last changed its kubelet package. */
  readonly kubeletPackage = new Map<string, Actor>();
  readonly #world: SeenWorld;
  readonly #found: Found;

  constructor(world: SeenWorld, found: Found) {
    this.#world = world;
    this.#found = found;
    for (const node of found.cordoned)
      this.cordons.set(node, { by: { kind: 'person', name: 'found' }, since: -Infinity });
    for (const [node, run] of found.ownCordons)
      this.cordons.set(node, { by: { kind: 'nodeops', program: 0, run }, since: -Infinity });
    for (const host of world.hosts.values()) this.#lookAtNode(host.name);
    this.#lookAtMembers();
  }

  get now(): number {
    return this.#world.kernel.now;
  }

  /** When the step began that a program has in hand for a node; undefined when its journal tells of none. */
  stepSince(actor: Actor, node: string): number | undefined {
    return actor.kind === 'nodeops' ? this.programs.get(actor.program)?.steps.get(node) : undefined;
  }

  /**
   * Whether something was so before the step in hand began, and could have been seen by the look before that. What
   * comes up later is nobody's fault: it may come between the look and the deed.
   */
  couldBeSeen(since: number, actor: Actor, node: string): boolean {
    const step = this.stepSince(actor, node);
    return step === undefined || since < step - aLookMs;
  }

  /**
   * The same for a step that trusts the one before it, and looks at the node itself no more: whether something was so
   * at that one's last look.
   */
  couldBeSeenBefore(since: number, actor: Actor, node: string): boolean {
    const looked = actor.kind === 'nodeops' ? this.programs.get(actor.program)?.looksBefore.get(node) : undefined;
    return this.couldBeSeen(since, actor, node) && (looked === undefined || since < looked);
  }

  /** Who made a component what it is now. */
  stopper(host: string, component: string): Actor | undefined {
    return this.#stoppers.get(`${host} ${component}`);
  }

  /** A unit of another program than this one that still runs on a host. */
  foreignUnit(program: number, host: string): { readonly unit: string; readonly program: number } | undefined {
    for (const [key, { by }] of this.units)
      if (by.kind === 'nodeops' && by.program !== program && key.startsWith(`${host} `))
        return { unit: key.slice(host.length + 1), program: by.program };
    return undefined;
  }

  /** Whether a unit of a program runs, on one host or anywhere, that began before a moment. */
  hasUnit(program: number, before: number, host?: string): boolean {
    for (const [key, { by, since }] of this.units)
      if (by.kind === 'nodeops' && by.program === program && since <= before)
        if (host === undefined || key.startsWith(`${host} `)) return true;
    return false;
  }

  event(event: WorldEvent): void {
    this.#lookAtMembers();
    const { type } = event;
    if (type === 'unit-started') this.units.set(`${event.host} ${event.unit}`, { by: event.actor, since: this.now });
    else if (type === 'unit-ended') this.units.delete(`${event.host} ${event.unit}`);
    else if (type === 'cordoned' || type === 'uncordoned') this.#cordon(event);
    else if (type === 'hold-changed') {
      if (event.actor.kind === 'person') this.#heldByHand(event.host, event.name, event.held);
    } else if (type === 'object-changed') {
      if (event.kind === 'Node') this.#lookAtNode(event.name);
    } else if (type === 'etcd-turned') {
      for (const name of this.#world.hosts.keys()) this.#lookAtNode(name);
    } else if (movesNode.has(type) && 'host' in event) {
      if (type === 'component-stopped') this.#stoppers.set(`${event.host} ${event.component}`, event.actor);
      if (type === 'package-changed' && event.name === 'kubelet') this.kubeletPackage.set(event.host, event.actor);
      this.#lookAtNode(event.host);
    }
  }

  note(note: Note): void {
    this.#lookAtMembers();
    const program = this.programs.get(note.program);
    if (note.type === 'program-started')
      this.programs.set(note.program, {
        number: note.program,
        changesNothing: note.changesNothing,
        startedAt: this.now,
        steps: new Map(),
        looks: new Map(),
        looksBefore: new Map(),
        announced: new Map(),
        sent: new Map(),
        answeredAt: -Infinity,
        alive: true,
      });
    if (program === undefined) return;
    if (note.type === 'program-ended' || note.type === 'program-killed') program.alive = false;
    if (note.type === 'journal') this.#journalled(program, note.entry);
    if (note.type === 'command-sent') program.sent.set(note.number, { ...note, at: this.now });
    if (note.type !== 'command-ended') return;
    const sent = program.sent.get(note.number);
    if (sent === undefined) return;
    if (note.exit === 'known') program.answeredAt = Math.max(program.answeredAt, sent.at);
    if (sent.effect === 'read' && sent.login !== true)
      program.looks.set(sent.node, Math.max(program.looks.get(sent.node) ?? -Infinity, sent.at));
  }

  #journalled(program: Program, entry: JournalEntry): void {
    if (entry.type === 'step-started') {
      program.steps.set(entry.node ?? '', this.now);
      const looked = program.looks.get(entry.node ?? '');
      if (entry.node !== undefined && looked !== undefined) program.looksBefore.set(entry.node, looked);
      // Readiness passes without a word: a lease runs out, and the node controller writes the Node much later.
      if (entry.node !== undefined) this.#lookAtNode(entry.node);
    }
    if (entry.type === 'command-started' && entry.id !== undefined) program.announced.set(entry.id, entry);
  }

  /** What is over once everybody has been told of it. */
  forget(note: Note): void {
    const program = this.programs.get(note.program);
    if (note.type === 'command-ended') program?.sent.delete(note.number);
    if (note.type === 'journal' && note.entry.type === 'command-finished' && note.entry.id !== undefined)
      program?.announced.delete(note.entry.id);
  }

  #heldByHand(host: string, name: string, held: boolean): void {
    if (held) this.#found.holds.get(host)?.add(name);
    else this.#found.holds.get(host)?.delete(name);
  }

  #cordon({ type, node, actor }: Extract<WorldEvent, { readonly type: 'cordoned' | 'uncordoned' }>): void {
    if (type === 'uncordoned') {
      this.cordons.delete(node);
      // What was restored knows nothing of it.
      if (actor.kind === 'cluster') this.#found.cordoned.delete(node);
      if (actor.kind !== 'person') return;
      this.handUncordoned.set(node, this.now);
      this.#found.opened.add(node);
      this.#found.keptOut.delete(node);
      this.#found.cordoned.delete(node);
    } else if (!this.cordons.has(node)) {
      this.cordons.set(node, { by: actor, since: this.now });
      if (actor.kind !== 'nodeops') this.#found.cordoned.add(node);
    }
  }

  #lookAtMembers(): void {
    for (const member of this.#world.etcd.members)
      keep(this.sickMembers, member.host, memberTrouble(this.#world, member), this.now);
  }

  #lookAtNode(name: string): void {
    const host = this.#world.hosts.get(name);
    if (host === undefined) return;
    keep(this.sickNodes, name, nodeTrouble(this.#world, host), this.now);
    keep(this.notReady, name, isReady(this.#world, name) ? undefined : 'it is not Ready', this.now);
  }
}
