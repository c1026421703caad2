import { z } from 'zod';
import { readAs } from '../model/json.ts';
import type { Fact } from './fact.ts';

/** Of a hook, as this machine keeps it: which of its commands was begun last, and what came of it. */
export const hookStandingSchema = z.object({
  format: z.literal(1),
  when: z.enum(['before', 'after']),
  /** The run that began it. */
  run: z.string(),
  /** Missing until its end was seen. */
  ok: z.boolean().optional(),
  /** `rc 3: connection refused`; empty where it ended well or has not ended. */
  trouble: z.string(),
  /** Kubernetes' version before the work that it is around. */
  from: z.string().optional(),
});
export type HookStanding = z.infer<typeof hookStandingSchema>;

/** What a hook is about: a node by its name, or the cluster as a whole. */
export interface Hooked {
  readonly cluster: string;
  readonly node?: string;
  readonly hook: string;
}

const directoryOf = ({ cluster, node, hook }: Hooked): string =>
  `${cluster}/hooks/${node === undefined ? 'cluster' : `nodes/${node}`}/${hook}`;

/** The artifact that holds it. */
export const hookStandingName = (hooked: Hooked): string => `${directoryOf(hooked)}/standing.json`;

/** Whether a before was begun whose after has not ended well: something may be out of service for it. */
export const isOpen = (standing: HookStanding | undefined): boolean =>
  standing !== undefined && !(standing.when === 'after' && standing.ok === true);

/** What came last of a hook; absent where it was never begun from this machine. */
export const hookStanding = (hooked: Hooked): Fact<HookStanding> => ({
  id: 'hook-standing',
  key: `hook-standing ${directoryOf(hooked)}`,
  subject: 'cluster',
  source: {
    kind: 'notes',
    prefix: directoryOf(hooked),
    parse: (notes) => {
      const text = notes.get(hookStandingName(hooked));
      if (text === undefined) return { absent: true };
      const value = readAs(hookStandingSchema, text);
      return value === undefined ? { unreadable: `${hookStandingName(hooked)}: ${text.slice(0, 200)}` } : { value };
    },
  },
});
