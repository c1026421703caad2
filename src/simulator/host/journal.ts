import type { Host } from '../world/host.ts';

interface Entry {
  readonly unit: string;
  readonly text: string;
}

const kept = 300;
const journals = new WeakMap<Host, Entry[]>();

const journalOf = (host: Host): Entry[] => {
  const known = journals.get(host);
  if (known !== undefined) return known;
  const made: Entry[] = [];
  journals.set(host, made);
  return made;
};

/** Writes lines to the journal; the oldest go. */
export const log = (host: Host, unit: string, text: string): void => {
  const journal = journalOf(host);
  for (const line of text.split('\n')) if (line !== '') journal.push({ unit, text: line });
  if (journal.length > kept) journal.splice(0, journal.length - kept);
};

/** What a unit said and what systemd said of it, oldest first. */
export const journalLines = (host: Host, unit: string): readonly string[] =>
  journalOf(host)
    .filter((entry) => entry.unit === unit)
    .map(({ text }) => text);
