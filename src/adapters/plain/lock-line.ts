import type { Event } from '../../model/event.ts';
import { cleanLine } from './clean-line.ts';

export type LockEvent = Extract<Event, { type: 'lock-acquired' | 'lock-lost' | 'lock-released' }>;

const acquiredNotes = ({
  from,
  leftOut,
  inLease,
}: Extract<LockEvent, { type: 'lock-acquired' }>): readonly string[] => [
  ...(from === undefined ? [] : [`taken over from ${cleanLine(from)}`]),
  ...(leftOut.length === 0 ? [] : [`left out, because it could not be told: ${leftOut.join(', ')}`]),
  ...(inLease ? [] : ['no API server answers: known to the nodes only']),
];

/** What happened to a run's hold on its cluster, in one line. */
export const lockLine = (event: LockEvent): string => {
  if (event.type === 'lock-lost') return `OWNERSHIP LOST: ${cleanLine(event.why)}`;
  if (event.type === 'lock-acquired') return [`owner, epoch ${event.epoch}`, ...acquiredNotes(event)].join('; ');
  return event.trouble === undefined ? 'released' : `not released, it lapses: ${cleanLine(event.trouble)}`;
};

/** Whether a person who watches has to know of it: all went as usual otherwise. */
export const isUnusual = (event: LockEvent): boolean =>
  event.type === 'lock-lost' ||
  (event.type === 'lock-acquired' ? acquiredNotes(event).length > 0 : event.trouble !== undefined);
