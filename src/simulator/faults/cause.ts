import type { FaultKind } from './fault.ts';

/** Why a run may stop, and what its text must hold: of each group one word, in any case of letters. */
export interface Cause {
  /** `wish`: what was asked for cannot be had, whatever happens. */
  readonly kind: FaultKind | 'wish';
  readonly host: string | undefined;
  readonly words: readonly (readonly string[])[];
}
