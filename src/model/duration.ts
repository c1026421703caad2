import { UsageError } from './errors.ts';

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const form = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Two days: no single wait of ours is longer, and a timer of Node's overflows at 24.8 days. */
const longest = 48 * 3_600_000;

/** `90s`, `10m`, `1h30m` → milliseconds. Undefined for anything else, for nothing at all and beyond 48h. */
export const parseDuration = (text: string): number | undefined => {
  const found = form.exec(text);
  if (found === null) return undefined;
  const total = units.reduce((sum, [, size], index) => sum + Number(found[index + 1] ?? 0) * size, 0);
  return total > 0 && total <= longest ? total : undefined;
};

/** What an option says, in milliseconds. @throws UsageError for what is no duration. */
export const durationOf = (option: string, text: string): number => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new UsageError(`${option} ${text}: expected a duration such as 90s, 10m or 1h30m`);
};

/** The shortest text that parseDuration reads back as `ms`: 5400000 → `1h30m`. */
export const formatDuration = (ms: number): string => {
  let rest = ms;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
};

export const minuteMs = 60_000;

/** As coarse as an estimate is: `12m`, `3h5m`. */
export const roughly = (ms: number): string =>
  ms < minuteMs ? 'less than 1m' : formatDuration(Math.ceil(ms / minuteMs) * minuteMs);
