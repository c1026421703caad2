export interface Field {
  /** Continuation lines are joined by newlines, each without the space that it begins with. */
  readonly value: string;
  /** Where the field begins. */
  readonly line: number;
  /** Where each line of the value stands: comments in between are not part of it. */
  readonly lines: readonly number[];
}

export interface Stanza {
  readonly line: number;
  /** By lower-case name. */
  readonly fields: Readonly<Record<string, Field>>;
}

type OpenField = { value: string; line: number; lines: number[] };

/**
 * Paragraphs of `Name: value` lines. Source: deb822(5): a line that begins with a space or tab goes on with the field,
 * `#` at the very beginning is a comment (which ends nothing), an empty line ends the paragraph.
 */
export const readStanzas = (text: string): readonly Stanza[] => {
  const stanzas: { line: number; fields: Record<string, OpenField> }[] = [];
  let stanza: (typeof stanzas)[number] | undefined;
  let field: OpenField | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    const [, name, value = ''] = /^([^\s:#][^\s:]*)\s*:(.*)$/.exec(line) ?? [];
    if (line.startsWith('#')) continue;
    if (line.trim() === '') [stanza, field] = [undefined, undefined];
    else if (/^[ \t]/.test(line) && field !== undefined) {
      field.value += `\n${line.trim()}`;
      field.lines.push(index + 1);
    } else if (name !== undefined) {
      if (stanza === undefined) stanzas.push((stanza = { line: index + 1, fields: {} }));
      field = { value: value.trim(), line: index + 1, lines: [index + 1] };
      stanza.fields[name.toLowerCase()] = field;
    }
  }
  return stanzas;
};
