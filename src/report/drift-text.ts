import { factChangeLines, type StepDrift } from '../model/drift.ts';
import { noPaint } from './paint.ts';
import type { Paint, Tone } from './paint.ts';

const marks: Record<StepDrift['kind'], readonly [Tone, string]> = {
  changed: ['warn', '~'],
  added: ['strong', '+'],
  gone: ['bad', '-'],
};

const lines = (drift: StepDrift, paint: Paint): readonly string[] => [
  `  ${paint(...marks[drift.kind])} ${drift.address}`,
  `      planned: ${drift.before}`,
  `      now:     ${drift.after}`,
  ...factChangeLines(drift.facts).map((line) => `      ${paint('faint', line)}`),
  ...(drift.fix === undefined ? [] : [`      fix: ${drift.fix}`]),
];

/** How two plans of one cluster differ: each step with its verdict then and now, and the facts behind it. */
export const driftText = (drifts: readonly StepDrift[], paint: Paint = noPaint): string =>
  drifts
    .flatMap((drift) => lines(drift, paint))
    .map((line) => `${line}\n`)
    .join('');
