import { z } from 'zod';
import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';
import { readJson } from './read-text.ts';

/** Something that a containerd saw used, and that goes. */
export interface RuntimeDeprecation {
  /** `io.containerd.deprecation/cri-registry-mirrors`, without what all of them begin with. */
  readonly id: string;
  readonly message: string;
}

export interface RuntimeDeprecations {
  /** False of one that keeps no list of them: below 1.6.27 and 1.7.12. */
  readonly told: boolean;
  readonly warnings: readonly RuntimeDeprecation[];
}

const rows = z.array(z.object({ id: z.string(), message: z.string() }));
const prefix = /^io\.containerd\.deprecation\//;

/**
 * Of what runs, since it was started. With none of them it prints nothing. Source: containerd, docs/containerd-2.0.md,
 * "Deprecation warnings can now be discovered via the Introspection API"; recorded, containerd 1.6.20, 1.7.28 and 2.1.5.
 */
export const runtimeDeprecations = defineFact<RuntimeDeprecations>({
  id: 'runtime-deprecations',
  subject: 'node',
  command: read(['sh', '-c', 'command -v ctr > /dev/null || exit 4\nctr deprecations list --format json']),
  parse: ({ stdout, stderr, code }) => {
    if (code === 4 || stderr.includes("No help topic for 'deprecations'"))
      return { value: { told: false, warnings: [] } };
    if (code !== 0) return { unavailable: stderr.trim() || stdout.trim() || `ctr ended with rc ${code}` };
    if (stdout.trim() === '') return { value: { told: true, warnings: [] } };
    const found = rows.safeParse(readJson(stdout));
    if (!found.success) return { unreadable: stdout };
    const warnings = found.data.map(({ id, message }) => ({ id: id.replace(prefix, ''), message }));
    return { value: { told: true, warnings } };
  },
});
