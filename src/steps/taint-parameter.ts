import { z } from 'zod';

/** Taints that a node gets when it joins, as the inventory has them. */
export const taintParameter = z.array(
  z
    .object({ key: z.string(), value: z.string().optional(), effect: z.string() })
    .transform(({ value, ...rest }) => (value === undefined ? rest : { ...rest, value })),
);
