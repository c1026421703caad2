import type { Actor } from '../world/actor.ts';
import type { Component, Host } from '../world/host.ts';

/** The network between the operators and one node. */
export interface NodeLink {
  freeze(): void;
  thaw(): void;
  /** One way, in virtual ms. */
  oneWayMs: number;
}

/** What faults pull that is no plain field of the model: whoever puts a simulation together says how. */
export interface Levers {
  /** The plug is pulled; `powerOn` boots. Both are no-ops where it is so already. */
  powerOff(host: Host, actor: Actor): void;
  powerOn(host: Host, actor: Actor): void;
  /** Ends a static pod's container, which stays ended until something starts it: a new manifest, a new kubelet, `start`. */
  stopComponent(host: Host, name: Component['name'], actor: Actor): void;
  startComponent(host: Host, name: Component['name'], actor: Actor): void;
  link(host: Host): NodeLink;
  /** A person types a line as root on a host; it takes its virtual time, and nobody waits for it. */
  type(host: Host, line: string, actor: Actor): void;
  /** The program whose command or journal is in hand. */
  killProgram(): void;
  pauseProgram(ms: number): void;
  /** Somebody else starts nodeops with the same wish. */
  startSecondOperator(): void;
  /** The version that is wished for, without `v`: what a person would install by hand. */
  readonly version: string;
}
