/**
 * A shell function that prints files whole: `=PATH`, each line behind `>`, and an empty line, which is missing exactly
 * where the file does not end in a newline. Source: sed(1), which keeps a missing last newline (GNU sed).
 */
export const dumpFunction = String.raw`dump() { for f; do [ -f "$f" ] && printf '=%s\n' "$f" && sed 's/^/>/' "$f" && echo; done; :; }`;

/** One file as it was found. */
export interface FoundFile {
  readonly path: string;
  readonly text: string;
}

/** Reads what `dump` printed; undefined where a line belongs to nothing. */
export const readDump = (stdout: string): readonly FoundFile[] | undefined => {
  const files: { path: string; lines: string[]; ended: boolean }[] = [];
  for (const line of stdout.replace(/\n$/, '').split('\n')) {
    const file = files.at(-1);
    if (line.startsWith('=')) files.push({ path: line.slice(1), lines: [], ended: false });
    else if (line.startsWith('>') && file !== undefined && !file.ended) file.lines.push(line.slice(1));
    else if (line === '' && file !== undefined) file.ended = true;
    else if (line !== '') return undefined;
  }
  return files.map(({ path, lines, ended }) => ({
    path,
    text: lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''),
  }));
};

/** The texts by path. */
export const textsOf = (files: readonly FoundFile[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map(({ path, text }) => [path, text]));
