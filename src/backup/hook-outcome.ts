import { z } from 'zod';

/** How a hook of a run ended, as this machine keeps it until the backup is stored. */
export const hookOutcomeSchema = z.object({
  format: z.literal(1),
  hook: z.string(),
  /** A node's name, or the operator's machine. */
  on: z.string(),
  /** It ended with rc 0. */
  ok: z.boolean(),
  /** `rc 0`, `rc 124 (not over in its time)`, `unknown (connection lost)`. */
  ended: z.string(),
  /** The same, and the last line that it printed; empty where it ended well. */
  trouble: z.string(),
  durationMs: z.number(),
});

export type HookOutcome = z.infer<typeof hookOutcomeSchema>;
