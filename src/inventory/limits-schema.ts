import { z } from 'zod';
import { map } from '../documents/fields.ts';
import { isLabelKey } from './names.ts';

const countForm = 'a number of clusters from 1';

/** How many clusters go at once, beside `--parallel` and what waves say. */
export const limitsSchema = map('a map with perLabel', {
  perLabel: z
    .record(
      z.string().refine(isLabelKey, { error: 'a label key as in Kubernetes' }),
      z.int({ error: countForm }).min(1, { error: countForm }),
      { error: 'a map of labels, e.g. { region: 2 }' },
    )
    .exactOptional(),
});
