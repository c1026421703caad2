import type { MaxUnavailable } from '../model/cluster.ts';

/** `2` → a count, `"25%"` → a percentage; undefined for 0 %, more than 100 %, a count in quotes and all else. */
export const parseMaxUnavailable = (value: string | number): MaxUnavailable | undefined => {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? { count: value } : undefined;
  const percent = Number(/^(\d{1,3})%$/.exec(value)?.[1]);
  return percent >= 1 && percent <= 100 ? { percent } : undefined;
};

/** What was probably meant. */
export const maxUnavailableHint = (value: string | number): string | undefined => {
  if (typeof value === 'number') return value < 0 ? 'an upgrade needs to take at least one worker out' : undefined;
  if (/^\d+$/.test(value)) return `write ${value} without quotes for a number of workers, or "${value}%" for a share`;
  if (/^0+%$/.test(value)) return 'an upgrade needs to take at least one worker out';
  return /^\d+%$/.test(value) ? 'at most "100%"' : undefined;
};
