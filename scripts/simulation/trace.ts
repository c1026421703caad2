/** What happened, a line an event, the same to the byte for the same seed. */
export interface Trace {
  /** `what` is not asked for when nobody reads. */
  line(what: () => string): void;
  readonly lines: readonly string[];
}

export const silent: Trace = { line: () => undefined, lines: [] };

const longest = 160;

/** One line of a script, shortened. */
export const shorten = (text: string): string => {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length <= longest ? flat : `${flat.slice(0, longest - 24)} … ${flat.slice(-20)}`;
};

/** Keeps every line with the virtual time since the start, in seconds. */
export const createTrace = (now: () => number): Trace => {
  const lines: string[] = [];
  const begun = now();
  return { lines, line: (what) => void lines.push(`${((now() - begun) / 1000).toFixed(3).padStart(10)} ${what()}`) };
};
