import type { Node } from '../model/cluster.ts';
import type { ProbeTarget } from '../model/probe.ts';
import type { Transport } from './transport.ts';

export type ProbeAnswer =
  | { readonly kind: 'answered' }
  | { readonly kind: 'away'; readonly why: string }
  /** It could not be asked, which says nothing about it. `never`: asking again from there will not help either. */
  | { readonly kind: 'unasked'; readonly why: string; readonly never: boolean };

export interface ProbeQuestion {
  readonly target: ProbeTarget;
  readonly timeoutMs: number;
  /** The node through which the cluster's own addresses are asked. */
  readonly via: Node;
  readonly transport: Transport;
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Prober {
  /** Asks once, over a connection of its own, and leaves none behind. Never rejects. */
  ask(question: ProbeQuestion): Promise<ProbeAnswer>;
}
