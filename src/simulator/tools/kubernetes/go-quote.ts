const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

const plain = /^[ !#-[\]-~]*$/;
const printable = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** A string as Go's %q prints it. Source: strconv.Quote; recorded with kubectl 1.35.4. */
export const goQuote = (text: string): string => {
  if (plain.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const rune of text) {
    const point = rune.codePointAt(0) ?? 0;
    if (named[rune] !== undefined) quoted += named[rune];
    else if (point < 0x20 || point === 0x7f) quoted += `\\x${point.toString(16).padStart(2, '0')}`;
    else if (printable.test(rune)) quoted += rune;
    else
      quoted +=
        point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`;
  }
  return `${quoted}"`;
};

/** A value as `%v` prints it; what is not there is `<no value>` in a template. */
export const goValue = (value: unknown): string => {
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  const entries: [string, unknown][] = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, one]) => `${key}:${goValue(one)}`).join(' ')}]`;
};
