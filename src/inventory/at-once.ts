import type { SharedSettings } from './schema.ts';
import type { AtOnce } from '../model/wave.ts';

/** The limits that a cluster counts for, by its labels. */
export const atOnce = (limits: SharedSettings['limits'], labels: Readonly<Record<string, string>>): readonly AtOnce[] =>
  Object.entries(limits?.perLabel ?? {}).flatMap(([label, most]) => {
    const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return value === undefined ? [] : [{ label, value, most }];
  });
