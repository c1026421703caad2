import { SimulatorGap } from '../../gap.ts';

/** A piece of a template: what is printed as it is, or the words of one action. */
export type Piece = { readonly text: string } | { readonly words: readonly string[] };

const word = /\s+|"(?:\\.|[^"\\])*"|`[^`]*`|[()|]|\.[\w.]*|-?\d+|[A-Za-z_]\w*|\$[A-Za-z_]\w*|:=|,/y;

const wordsOf = (action: string): readonly string[] => {
  const words: string[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < action.length) {
    const at = word.lastIndex;
    const found = word.exec(action)?.[0];
    if (found === undefined) throw new SimulatorGap(`go-template: not understood at "${action.slice(at)}"`);
    if (found.trim() !== '') words.push(found);
  }
  return words;
};

/** Source: text/template, "Text and spaces", "Actions". Trim markers and comments are not modelled. */
export const piecesOf = (template: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{{', at);
    if (open === -1) {
      pieces.push({ text: template.slice(at) });
      break;
    }
    if (open > at) pieces.push({ text: template.slice(at, open) });
    let close = open + 2;
    while (close < template.length && !template.startsWith('}}', close)) {
      const quote = template.charAt(close);
      if (quote === '"' || quote === '`') {
        close += 1;
        while (close < template.length && template.charAt(close) !== quote)
          close += quote === '"' && template.charAt(close) === '\\' ? 2 : 1;
      }
      close += 1;
    }
    const action = template.slice(open + 2, close);
    if (/^-\s|\s-$|^\s*\/\*/.test(action)) throw new SimulatorGap(`go-template: {{${action}}}`);
    pieces.push({ words: wordsOf(action) });
    at = close + 2;
  }
  return pieces;
};
