import { z } from 'zod';
import { readAs } from '../../model/json.ts';
import type { KeptWish } from '../kept-wish.ts';

/** The lease's annotation that says what its run was asked for. */
export const wishAnnotation = 'nodeops.dev/wish';

/**
 * What a run was asked for, as it leaves it on the cluster itself: in the lease, and beside the epoch on every node, so
 * that another machine can go on with it, also without an API server. What belongs to the machine where it was begun
 * (the inventory) is left out; the settings of the cluster are in every inventory.
 */
const schema = z.object({
  format: z.literal(1),
  run: z.string(),
  /** `ana@bastion` */
  by: z.string(),
  /** Milliseconds since the epoch, by the clock of that machine. */
  at: z.int().nonnegative().max(8.64e15),
  command: z.enum(['upgrade', 'run']),
  /** A shipped playbook's name, or the path of a file on the machine where it was begun. */
  playbook: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** The nodes that were chosen; missing where all were. An empty list, or a role that is none, would mean all as well. */
  limit: z.array(z.string()).min(1).optional(),
  only: z
    .string()
    .refine((role) => ['control-plane', 'workers'].includes(role))
    .optional(),
  /** Spare machines that counted as nodes. */
  spares: z.array(z.string()).min(1).optional(),
  /** By gate: why it was gone on with whatever the gate said. */
  waivers: z.record(z.string(), z.string()).optional(),
  /** Path of the saved plan that it was held to, on the machine where it was begun. */
  plan: z.string().optional(),
});

export type LeftWish = z.infer<typeof schema>;

/** Far below what one argument of a command may have (128 KiB, Linux, MAX_ARG_STRLEN), quoted several times over. */
const mostCharacters = 16_384;

/** One line that readLeftWish reads back; undefined where the names of so many chosen nodes would not fit. */
export const writeLeftWish = (
  { command, playbook, parameters, limit, only, spares, waivers, plan }: KeptWish,
  begun: Pick<LeftWish, 'run' | 'by' | 'at'>,
): string | undefined => {
  const wish: LeftWish = { format: 1, ...begun, command, playbook, parameters, limit, only, spares, waivers, plan };
  const text = JSON.stringify(wish);
  return text.length > mostCharacters ? undefined : text;
};

/** Undefined for what writeLeftWish did not write. */
export const readLeftWish = (text: string): LeftWish | undefined => readAs(schema, text);
