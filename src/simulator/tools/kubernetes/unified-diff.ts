/** Lines of `a` and `b` that stay, go and come, in order. The longest common subsequence of two short texts. */
const edits = (a: readonly string[], b: readonly string[]): readonly string[] => {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (x: number, y: number): number => lengths[x]?.[y] ?? 0;
  for (let x = a.length - 1; x >= 0; x -= 1)
    for (let y = b.length - 1; y >= 0; y -= 1) {
      const row = lengths[x];
      if (row !== undefined) row[y] = a[x] === b[y] ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
    }
  const script: string[] = [];
  let [x, y] = [0, 0];
  while (x < a.length || y < b.length) {
    if (x < a.length && y < b.length && a[x] === b[y]) {
      script.push(` ${a[x] ?? ''}`);
      x += 1;
      y += 1;
    } else if (x < a.length && (y >= b.length || at(x + 1, y) >= at(x, y + 1))) script.push(`-${a[x++] ?? ''}`);
    else script.push(`+${b[y++] ?? ''}`);
  }
  return script;
};

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** `1,6`, `1`, `0,0`: as diff(1) writes a range. */
const range = (start: number, count: number): string =>
  count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;

const count = (lines: readonly string[], sign: string): number => lines.filter((line) => !line.startsWith(sign)).length;

/** The hunks of `diff -u` with three lines around each change; '' where the texts are equal. */
export const unifiedDiff = (before: string, after: string): string => {
  const script = edits(linesOf(before), linesOf(after));
  const changed = script.flatMap((line, index) => (line.startsWith(' ') ? [] : [index]));
  let text = '';
  for (let at = 0; at < changed.length;) {
    let last = at;
    while (last + 1 < changed.length && (changed[last + 1] ?? 0) - (changed[last] ?? 0) <= 7) last += 1;
    const from = Math.max(0, (changed[at] ?? 0) - 3);
    const hunk = script.slice(from, (changed[last] ?? 0) + 4);
    const ahead = script.slice(0, from);
    const old = range(count(ahead, '+') + 1, count(hunk, '+'));
    text += `@@ -${old} +${range(count(ahead, '-') + 1, count(hunk, '-'))} @@\n${hunk.map((line) => `${line}\n`).join('')}`;
    at = last + 1;
  }
  return text;
};
