import type { FleetNote, FleetWish, SeenMember, SeenWave, Share } from './fleet-wish.ts';

/** What a fleet is held to. */
export const fleetRules = [
  'parallel',
  'per-label',
  'wave-order',
  'soak',
  'approval',
  'hold',
  'canary',
  'budget',
  'in-flight',
  'isolation',
] as const;
export type FleetRule = (typeof fleetRules)[number];

interface Turn {
  readonly at: number;
  begun: boolean;
  end?: { readonly outcome: string; readonly at: number };
}

interface Command {
  readonly typed: Extract<FleetNote, { readonly type: 'typed' }>;
  readonly turns: Map<string, Turn>;
}

/** Where neither the command nor the wave says how many: what docs/fleets.md promises. */
const usually = 10;
/** Between the lease that says when a run ended and the journal that says so. */
const slackMs = 10_000;

const sizeOf = (share: Share, all: number): number =>
  'count' in share ? share.count : Math.floor((share.percent * all) / 100);

const hasFailed = ({ end }: Turn): boolean => ['failed', 'blocked', 'drift'].includes(end?.outcome ?? '');
const isInHand = ({ begun, end }: Turn): boolean => begun && end === undefined;

/**
 * Watches what programs do to a fleet as a whole, by what the inventory and the command line say alone: each command for
 * itself, since two know nothing of each other.
 */
export class FleetWatch {
  readonly breaks: string[] = [];
  /** Rule → how often it could have been broken. */
  readonly reached = new Map<FleetRule, number>(fleetRules.map((rule) => [rule, 0]));
  readonly #wish: FleetWish;
  readonly #now: () => number;
  readonly #commands = new Map<number, Command>();
  /** When a cluster's last run ended well, whoever ran it. */
  readonly #wellSince = new Map<string, number>();

  constructor(wish: FleetWish, now: () => number) {
    this.#wish = wish;
    this.#now = now;
  }

  note(note: FleetNote): void {
    if (note.type === 'typed') {
      this.#commands.set(note.program, { typed: note, turns: new Map() });
      return;
    }
    const command = this.#commands.get(note.program);
    if (command === undefined) return;
    if (note.type === 'over') this.#commands.delete(note.program);
    else if (note.type === 'turn') this.#turn(command, note.cluster);
    else if (note.type === 'begun') this.#begun(command, note.cluster);
    else this.#ended(command, note.cluster, note.outcome);
  }

  #member(cluster: string): SeenMember {
    const member = this.#wish.members.find((each) => each.cluster === cluster);
    if (member === undefined) throw new RangeError(`no cluster ${cluster} in the simulated fleet`);
    return member;
  }

  #wave(index: number): SeenWave {
    const wave = this.#wish.waves[index];
    if (wave === undefined) throw new RangeError(`no wave ${index} in the simulated fleet`);
    return wave;
  }

  #ask(rule: FleetRule, holds: boolean, what: () => string): void {
    this.reached.set(rule, (this.reached.get(rule) ?? 0) + 1);
    if (!holds) this.breaks.push(`fleet ${rule}: ${what()}`);
  }

  #chosenIn({ typed }: Command, wave: number): readonly SeenMember[] {
    return this.#wish.members.filter((member) => member.wave === wave && typed.chosen.includes(member.cluster));
  }

  #turnsIn({ turns }: Command, wave: number): readonly (readonly [string, Turn])[] {
    return [...turns].filter(([cluster]) => this.#member(cluster).wave === wave);
  }

  /** Whoever only asks a cluster when it ended takes no turn there: nothing is begun of it. */
  #turn(command: Command, cluster: string): void {
    if (!command.turns.has(cluster)) command.turns.set(cluster, { at: this.#now(), begun: false });
  }

  #begun(command: Command, cluster: string): void {
    this.#turn(command, cluster);
    const turn = command.turns.get(cluster);
    if (turn === undefined || turn.begun) return;
    turn.begun = true;
    this.#askRoom(command, cluster);
    const { wave } = this.#member(cluster);
    for (let earlier = 0; earlier < wave; earlier += 1) this.#askWaveBefore(command, cluster, earlier);
    this.#askNoneLater(command, cluster, wave);
    this.#askConsent(command, cluster);
    this.#askCanaries(command, cluster);
    for (let each = 0; each <= wave; each += 1) this.#askBudget(command, cluster, each, turn.at);
  }

  #askRoom({ typed, turns }: Command, cluster: string): void {
    const { wave, alike } = this.#member(cluster);
    const inHand = [...turns].filter(([, turn]) => isInHand(turn)).map(([name]) => name);
    const most = typed.parallel ?? this.#wave(wave).parallel ?? usually;
    if (inHand.length >= most || this.#wish.members.length > most)
      this.#ask('parallel', inHand.length <= most, () => `${inHand.join(', ')} go at once, and ${most} may`);
    for (const [label, mayGo] of alike) {
      const same = inHand.filter((name) => this.#member(name).alike.has(label));
      this.#ask('per-label', same.length <= mayGo, () => `${same.join(', ')} of ${label} go at once, and ${mayGo} may`);
    }
  }

  #askWaveBefore(command: Command, cluster: string, earlier: number): void {
    const { name, soakMs } = this.#wave(earlier);
    const before = this.#chosenIn(command, earlier);
    if (before.length === 0) return;
    const inHand = this.#turnsIn(command, earlier).filter(([, turn]) => isInHand(turn));
    this.#ask('wave-order', inHand.length === 0, () => {
      const left = inHand.map(([each]) => each).join(', ');
      return `${cluster} was begun while ${left} of the wave ${name} had not ended`;
    });
    const since = before.flatMap((each) => this.#wellSince.get(each.cluster) ?? []);
    if (soakMs === 0 || since.length === 0) return;
    const left = Math.max(...since) + soakMs - slackMs - this.#now();
    this.#ask(
      'soak',
      left <= 0,
      () => `${cluster} was begun ${left} ms before the wave ${name} had been well for as long as it has to`,
    );
  }

  #askNoneLater({ turns }: Command, cluster: string, wave: number): void {
    const later = [...turns].filter(([each, { begun }]) => begun && this.#member(each).wave > wave);
    if (later.length === 0) return;
    const names = later.map(([each]) => each).join(', ');
    this.#ask('wave-order', false, () => `${cluster} was begun after ${names} of a later wave`);
  }

  #askConsent(command: Command, cluster: string): void {
    const { held, promoted } = command.typed;
    const { wave } = this.#member(cluster);
    const { name, approval } = this.#wave(wave);
    if (approval)
      this.#ask('approval', promoted.includes(name), () => `${cluster} was begun, and nobody let ${name} begin`);
    if (held === undefined) return;
    const stop = this.#wish.waves.findIndex((each) => each.name === held);
    this.#ask('hold', wave < stop, () => `${cluster} of the wave ${name} was begun, and the command holds at ${held}`);
  }

  /** Canaries are those that took their turn first. */
  #askCanaries(command: Command, cluster: string): void {
    const { wave } = this.#member(cluster);
    const { canary, name } = this.#wave(wave);
    if (canary === undefined) return;
    const first = Math.max(1, sizeOf(canary, this.#chosenIn(command, wave).length));
    const begun = this.#turnsIn(command, wave).filter(([, turn]) => turn.begun);
    if (begun.length <= first) return;
    const ill = begun.slice(0, first).filter(([, { end }]) => end?.outcome !== 'done');
    this.#ask('canary', ill.length === 0, () => {
      const names = ill.map(([each, { end }]) => `${each} ${end?.outcome ?? 'in hand'}`).join(', ');
      return `${cluster} was begun after the first of the wave ${name} (${names})`;
    });
  }

  /** `at`: when its turn came. What fails while it is looked at comes too late for it. */
  #askBudget(command: Command, cluster: string, wave: number, at: number): void {
    const { mayFail, name } = this.#wave(wave);
    const failed = this.#turnsIn(command, wave).filter(([, turn]) => hasFailed(turn) && (turn.end?.at ?? at) < at);
    if (failed.length === 0) return;
    const most = sizeOf(mayFail, this.#chosenIn(command, wave).length);
    this.#ask('budget', failed.length <= most, () => {
      const names = failed.map(([each]) => each).join(', ');
      return `${cluster} was begun after ${names} of the wave ${name} had failed, and ${most} may`;
    });
  }

  #ended(command: Command, cluster: string, outcome: string): void {
    const turn = command.turns.get(cluster);
    if (turn === undefined) return;
    turn.end = { outcome, at: this.#now() };
    if (outcome === 'done') this.#wellSince.set(cluster, this.#now());
    if (outcome === 'interrupted') this.#askStopped(command, cluster);
    else this.#askOwnEnd(command, cluster, outcome);
  }

  /** What befalls one is no other's end. */
  #askOwnEnd({ turns }: Command, cluster: string, outcome: string): void {
    const others = [...turns].filter(([each, turn]) => each !== cluster && hasFailed(turn)).map(([each]) => each);
    if (!this.#member(cluster).undisturbed) return;
    const isOwn = outcome === 'done' || outcome === 'outside-window';
    if (others.length > 0 || !isOwn)
      this.#ask(
        'isolation',
        isOwn,
        () => `${cluster}, which nothing befell, ended ${outcome} beside ${others.join(', ')}`,
      );
  }

  #askStopped(command: Command, cluster: string): void {
    const { wave } = this.#member(cluster);
    const { stopsInFlight, mayFail, name } = this.#wave(wave);
    const failed = this.#turnsIn(command, wave).filter(([, each]) => hasFailed(each)).length;
    const most = sizeOf(mayFail, this.#chosenIn(command, wave).length);
    this.#ask(
      'in-flight',
      stopsInFlight && failed > most,
      () => `${cluster} was stopped, and of the wave ${name} ${failed} had failed, where ${most} may`,
    );
  }
}
