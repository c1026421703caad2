import type { Event } from '../../model/event.ts';
import { isUnusual, lockLine } from '../plain/lock-line.ts';
import { pauseLine } from '../plain/pause-line.ts';
import { probeLine } from '../plain/probe-line.ts';

/** What a person who watches has to know beside how far a cluster is; undefined where that is all. */
export const noticeOf = (event: Event, duration: (ms: number) => string): string | undefined => {
  const { cluster } = event;
  if (event.type === 'lock-acquired' || event.type === 'lock-lost' || event.type === 'lock-released')
    return isUnusual(event) ? `${cluster}: ${lockLine(event)}` : undefined;
  if (event.type === 'run-paused' || event.type === 'run-continued') return `${cluster}: ${pauseLine(event)}`;
  return event.type === 'probe-changed' ? `${cluster}: ${probeLine(event, duration)}` : undefined;
};
