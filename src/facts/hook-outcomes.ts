import { z } from 'zod';
import type { Fact } from './fact.ts';
import { readJson } from './read-text.ts';

/** How a hook of a run ended. */
export interface HookEnd {
  readonly hook: string;
  readonly ok: boolean;
  /** `rc 3: connection refused`; empty where it ended well. */
  readonly trouble: string;
}

const outcome = z.object({ hook: z.string(), ok: z.boolean(), trouble: z.string() });

/** The hooks of a run that have ended. Source: backup/hook-outcome.ts. */
export const hookOutcomes = (prefix: string): Fact<readonly HookEnd[]> => ({
  id: 'hook-outcomes',
  key: `hook-outcomes ${prefix}`,
  subject: 'cluster',
  source: {
    kind: 'notes',
    prefix,
    parse: (notes) => {
      const value: HookEnd[] = [];
      for (const [name, text] of notes) {
        const found = outcome.safeParse(readJson(text)).data;
        if (found === undefined) return { unreadable: `${name}: ${text.slice(0, 200)}` };
        value.push(found);
      }
      return { value };
    },
  },
});
