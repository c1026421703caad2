import type { ChecklistItem, Miss } from '../report/checklist-text.ts';
import { soBefore } from './compared.ts';

/** A miss, or what would be one had it not been so before the run. */
export interface Found extends Miss {
  readonly before?: boolean;
}

/** An item out of what is missed and what is not known. */
export const listed = (item: string, found: readonly Found[], unread: readonly string[] = []): ChecklistItem => {
  const misses = found.filter(({ before }) => before !== true).map(({ before: _now, ...miss }): Miss => miss);
  const notes = found.filter(({ before }) => before === true).map(({ because }) => soBefore(because));
  return {
    item,
    verdict: misses.length > 0 ? 'miss' : unread.length > 0 ? 'unknown' : 'ok',
    misses,
    unread,
    ...(notes.length === 0 ? {} : { notes }),
  };
};
