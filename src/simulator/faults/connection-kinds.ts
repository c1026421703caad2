import type { Fate } from '../transport/channel.ts';
import type { Fault, FaultKind } from './fault.ts';

export type ConnectionKind = Extract<FaultKind, `connection-${string}`>;

export const isConnectionKind = (kind: FaultKind): kind is ConnectionKind => kind.startsWith('connection-');

/** What becomes of the command that such a fault befalls: the transport carries it out. */
export const fateOf = ({ kind, delayMs = 200 }: Fault): Fate | undefined => {
  if (kind === 'connection-lost-before') return { lose: 'before' };
  if (kind === 'connection-lost-during') return { lose: 'during', afterMs: delayMs };
  return kind === 'connection-lost-after' ? { lose: 'after' } : undefined;
};
