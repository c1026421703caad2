import type { KeptWish } from '../run/kept-wish.ts';

/** Parameters of a playbook as `--set` takes them: `name=value` each. */
export const setWords = (parameters: KeptWish['parameters']): readonly string[] =>
  Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
