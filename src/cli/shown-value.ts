import type { Observed } from '../model/observed.ts';
import { hidden, redact } from '../model/redact.ts';

/** An observation as it is printed: operators write secrets into mirror addresses, proxy variables and kubelet flags. */
export const shownValue = (observed: Observed<unknown>): unknown =>
  redact(observed.kind === 'value' ? observed.value : observed, hidden);
