import { z } from 'zod';
import { readAs } from '../model/json.ts';

/**
 * What was asked for in one cluster's part of a run: enough to ask for it again on the same machine. On disk before the
 * first write to a node.
 */
const schema = z.object({
  format: z.literal(1),
  cluster: z.string(),
  /** The command that was typed. */
  command: z.enum(['upgrade', 'run']),
  /** A shipped playbook's name, or the absolute path of a file. */
  playbook: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Absolute paths of its files and directories, with commas between them. */
  inventory: z.string(),
  /** The nodes that were chosen; missing where all were. */
  limit: z.array(z.string()).optional(),
  only: z.string().optional(),
  /** Spare machines that counted as nodes. */
  spares: z.array(z.string()).min(1).optional(),
  /** The wave that the cluster goes with. */
  wave: z.string().optional(),
  /** Absolute path of the saved plan that it was held to. */
  plan: z.string().optional(),
  /** By gate: why it was gone on with whatever the gate said. */
  waivers: z.record(z.string(), z.string()).optional(),
  /** The run that this one went on with. */
  resumes: z.string().optional(),
});

export type KeptWish = z.infer<typeof schema>;

/** The text that readWish reads back. */
export const writeWish = (wish: KeptWish): string => `${JSON.stringify(wish, undefined, 2)}\n`;

/** Undefined for what writeWish did not write. */
export const readWish = (text: string): KeptWish | undefined => readAs(schema, text);
