import { nearest } from '../documents/nearest.ts';

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** crontab(5): minute, hour, day of month, month, day of week. */
const fields: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: months },
  { from: 0, to: 7, names: weekdays },
];

const numberIn = (text: string, field: Field): number | undefined => {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + field.from;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= field.from && number <= field.to ? number : undefined;
};

const isPart = (part: string, field: Field): boolean => {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
  if (range === '*') return true;
  const [first = '', last, ...rest] = range.split('-');
  const low = numberIn(first, field);
  if (rest.length > 0 || low === undefined) return false;
  if (last === undefined) return step === undefined;
  const high = numberIn(last, field);
  return high !== undefined && low <= high;
};

/** True for five fields in the ranges of crontab(5), with names, lists, ranges and steps. */
export const isCron = (text: string): boolean => {
  const written = text.trim().split(/\s+/);
  return (
    written.length === fields.length &&
    fields.every((field, index) => (written[index] ?? '').split(',').every((part) => isPart(part, field)))
  );
};

/** True for a zone that this Node.js knows: `Europe/Paris`, `UTC`. */
export const isTimezone = (text: string): boolean => {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** The zone that was probably meant. */
export const timezoneHint = (text: string): string | undefined => {
  const zone = nearest(text, Intl.supportedValuesOf('timeZone'));
  return zone === undefined ? undefined : `did you mean ${JSON.stringify(zone)}?`;
};
