const sizes: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** Ten years: beyond that something else was meant. */
const oldest = 3653 * 86_400_000;

/** How old something may be: `36h`, `30d`, `8w` → milliseconds. Undefined for anything else, for nothing, and beyond ten years. */
export const parseAge = (text: string): number | undefined => {
  const [, count, unit = ''] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const total = Number(count) * (sizes[unit] ?? Number.NaN);
  return total > 0 && total <= oldest ? total : undefined;
};

/** In the largest unit that says it without a rest, hours rounded down: `36h`, `30d`. */
export const formatAge = (ms: number): string => {
  const hours = Math.floor(ms / 3_600_000);
  return hours >= 48 && hours % 24 === 0 ? `${hours / 24}d` : hours >= 72 ? `${Math.floor(hours / 24)}d` : `${hours}h`;
};
