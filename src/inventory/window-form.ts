import { nearest } from '../documents/nearest.ts';
import { cronTrouble } from '../model/maintenance-window.ts';

/** Names of crontab(5); croner would take letters beside them that cron does not have (L, W), and nicknames (@weekly). */
const names = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)$/i;

const isPlain = (text: string): boolean =>
  /^[\d\sa-z*,/-]+$/i.test(text) && (text.match(/[a-z]+/gi) ?? []).every((word) => names.test(word));

/** Any moment: whether a pattern ever comes does not depend on it. */
const someDay = Date.UTC(2026, 0);

/** True for five fields in the ranges of crontab(5), with names, lists, ranges and steps, that come at all. */
export const isCron = (text: string): boolean => isPlain(text) && cronTrouble(text, someDay) === undefined;

/** Why a pattern is none although it has the form of one. */
export const cronHint = (text: string): string | undefined =>
  isPlain(text) && cronTrouble(text, someDay) === 'never comes' ? 'no such day ever comes' : undefined;

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** True for a day, or for two with / between them, the earlier one first. */
export const isBlackout = (text: string): boolean => {
  const [first = '', last = first, ...more] = text.split('/');
  return more.length === 0 && isDay(first) && isDay(last) && first <= last;
};

/** What was probably meant. */
export const blackoutHint = (text: string): string | undefined => {
  const [first = '', last = ''] = text.split('/');
  return isDay(first) && isDay(last) && first > last ? `the earlier day comes first: ${last}/${first}` : undefined;
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
