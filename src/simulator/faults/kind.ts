import type { Random } from '../random.ts';
import type { Actor } from '../world/actor.ts';
import type { WorldEvent } from '../world/events.ts';
import type { Host, World } from '../world/host.ts';
import type { Fault } from './fault.ts';
import type { Levers } from './levers.ts';

/** Puts right again what a fault did. */
export type Heal = () => void;

/** What a fault has in hand when its time has come. */
export interface Strike {
  readonly world: World;
  readonly levers: Levers;
  readonly fault: Fault;
  /** The host that it befalls. Undefined where a fault that needs one was given none that exists. */
  readonly host: Host | undefined;
  readonly actor: Actor;
  /** Called once, when it has had its effect: faults that wait for a certain state may never get there. */
  hit(): void;
  /** Whether it has passed, or is no longer wanted: what it had still in hand must not happen. */
  over(): boolean;
  /** Called for every event until it is over. */
  onEvent(listener: (event: WorldEvent) => void): void;
}

/** One kind of fault. Returns how it is healed, where it lasts. */
export interface Kind {
  /** Which hosts it can befall; `none`: it is not about a host. */
  readonly befalls: 'control-plane' | 'worker' | 'any' | 'none';
  /** The shortest and longest time that it lasts, in ms; undefined: it is over at once. */
  readonly lasts?: readonly [number, number];
  /** Whether it can last for good, and a run must then stop. */
  readonly permanent?: boolean;
  readonly strike: (strike: Strike) => Heal | undefined;
}

/** A whole number from the fault's own choice: no chance is drawn when it strikes. */
export const chosen = <T>({ choice = 0 }: Fault, list: readonly T[]): T | undefined => list[choice % list.length];

export type Kinds<Name extends string> = Readonly<Record<Name, Kind>>;

const second = 1000;
const minute = 60 * second;

/** From a blink to longer than most waits of the product. */
export const shortOrLong: readonly [number, number] = [2 * second, 12 * minute];
export const short: readonly [number, number] = [1 * second, 90 * second];

/** Lasting times lie close to their lower end more often than not. */
export const drawLasting = (random: Random, [low, high]: readonly [number, number]): number =>
  random.chance(0.7) ? random.between(low, low + Math.floor((high - low) / 6)) : random.between(low, high);
