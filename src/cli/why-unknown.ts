import type { Observed } from '../model/observed.ts';

const shown = 200;

/** Why something that was asked is not known; `absent` is what it means that there is none. */
export const whyUnknown = (observed: Observed<unknown> | undefined, absent: string): string => {
  if (observed === undefined || observed.kind === 'value') return 'nothing was heard';
  if (observed.kind === 'unavailable') return observed.why;
  if (observed.kind === 'absent') return absent;
  return `what was said on ${observed.from} is not understood: ${observed.text.slice(0, shown)}`;
};
