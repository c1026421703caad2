import { z } from 'zod';
import { removeSmoke, smokeNamespace as name } from '../commands/smoke.ts';
import { smokeNamespace, type SmokeNamespace } from '../facts/smoke-namespace.ts';
import { smokeWorkload } from '../facts/smoke-workload.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const gone: SmokeNamespace = { there: false };

/** Takes away what a smoke test made, this one or one before it that was killed; a namespace of somebody else stays. */
export const removeSmokeWorkload = defineStep({
  id: 'remove-smoke-workload',
  subject: 'cluster',
  title: () => `namespace ${name} is gone`,
  with: z.strictObject({ keep: z.boolean().optional() }),
  detect: (_wish, _on: ClusterSubject) => ({ namespace: smokeNamespace, workload: smokeWorkload }),

  check: ({ namespace }, { keep }) => {
    if (!namespace.there || !namespace.ours || keep === true) return satisfied;
    if (!namespace.terminating) return needed(`delete namespace ${name} with everything in it`);
    const why = namespace.remaining.length === 0 ? '' : `: ${namespace.remaining.join('; ')}`;
    return pending(`namespace ${name} to be gone${why}`);
  },
  apply: (_seen, _wish, _on, api) => [{ do: 'exec', on: api.node, command: removeSmoke(api) }],
  expect: () => ({ namespace: gone, workload: { pods: [] } }),

  quiet: true,
  limits: () => ({ pendingMs: 180_000, attempts: 3 }),
  explain: {
    why: 'A smoke test leaves nothing behind, whether it passed, failed or was killed.',
    source: 'kubernetes.io, Namespaces; kubectl delete --help',
    type: [`kubectl delete namespace ${name}`],
  },
});
