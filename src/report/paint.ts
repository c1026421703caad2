import { styleText } from 'node:util';

/** What a piece of text means; the colour follows from it. */
export type Tone = 'good' | 'bad' | 'warn' | 'faint' | 'strong';

export type Paint = (tone: Tone, text: string) => string;

const styles = { good: 'green', bad: 'red', warn: 'yellow', faint: 'dim', strong: 'bold' } as const;

/** For files, pipes and NO_COLOR: the text alone. */
export const noPaint: Paint = (_tone, text) => text;

/** For a terminal. */
export const colourPaint: Paint = (tone, text) => styleText(styles[tone], text, { validateStream: false });

/** Colours only on a terminal that was not told otherwise (no-color.org: NO_COLOR set and not empty). */
export const paintFor = (
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint => (stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb' ? colourPaint : noPaint);
