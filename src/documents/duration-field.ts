import { parseDuration } from '../model/duration.ts';
import { parsed } from './fields.ts';

const durationHint = (text: string): string | undefined =>
  /^\d+$/.test(text) ? `add a unit, e.g. ${text}s` : undefined;

/** Milliseconds. */
export const duration = parsed('a duration such as 90s, 10m or 1h30m', parseDuration, durationHint);
