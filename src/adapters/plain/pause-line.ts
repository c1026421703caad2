import type { Event } from '../../model/event.ts';
import { cleanLine } from './clean-line.ts';

/** That a run was paused, or goes on, in one line. */
export const pauseLine = (event: Extract<Event, { type: 'run-paused' | 'run-continued' }>): string =>
  event.type === 'run-paused' ? `PAUSED before the next node, ${cleanLine(event.why)}` : 'goes on after the pause';
