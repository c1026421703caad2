import { factChangeLines, type StepDrift } from '../model/drift.ts';
import { noPaint } from './paint.ts';
import type { Paint, Tone } from './paint.ts';

const marks: Record<StepDrift['kind'], readonly [Tone, string]> = {
  changed: ['warn', '~'],
  added: ['strong', '+'],
  gone: ['bad', '-'],
};

/** A verdict may hold the difference of a file: it stays below its own words. */
const indented = (text: string): string => text.replaceAll('\n', '\n        ');

const lines = (drift: StepDrift, paint: Paint): readonly string[] => [
  `  ${paint(...marks[drift.kind])} ${drift.address}`,
  `      planned: ${indented(drift.before)}`,
  `      now:     ${indented(drift.after)}`,
  ...factChangeLines(drift.facts).map((line) => `      ${paint('faint', line)}`),
  ...(drift.fix === undefined ? [] : [`      fix: ${drift.fix}`]),
];

/** How two plans of one cluster differ: each step with its verdict then and now, and the facts behind it. */
export const driftText = (drifts: readonly StepDrift[], paint: Paint = noPaint): string =>
  drifts
    .flatMap((drift) => lines(drift, paint))
    .map((line) => `${line}\n`)
    .join('');
