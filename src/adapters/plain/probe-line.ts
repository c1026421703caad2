import type { Event } from '../../model/event.ts';
import { cleanLine } from './clean-line.ts';

type Duration = (ms: number) => string;

/** What a probe saw, in one line. */
export const probeLine = ({ probe, change }: Extract<Event, { type: 'probe-changed' }>, duration: Duration): string => {
  if (change.kind === 'away') return `${probe} DOES NOT ANSWER: ${cleanLine(change.why)}`;
  return change.kind === 'back'
    ? `${probe} answers again after ${duration(change.awayMs)}`
    : `${probe} cannot be seen any more; it did not answer for ${duration(change.awayMs)} before`;
};
