import { createHash } from 'node:crypto';
import { z } from 'zod';
import { apply, type ManifestManager } from '../commands/kubectl.ts';
import { manifestDifference } from '../facts/manifest-difference.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import { oneLine } from './written-values.ts';

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/, {
    error: 'lower-case letters, digits and hyphens, at most 52',
  }),
  from: oneLine.optional(),
  manifest: z.string().refine((text) => text.trim() !== '', { error: 'YAML of objects' }),
  takeOver: z.boolean().default(false),
});

/** Whose the fields are that such a manifest names (managedFields): never the fields of another one. */
const managerOf = ({ name, takeOver }: z.output<typeof schema>): ManifestManager => ({
  manager: `nodeops-${name}`,
  takeOver,
});

/** Objects of the operator's own, as the API server would have them; fields that others manage stay theirs. */
export const applyManifest = defineStep({
  id: 'apply-manifest',
  subject: 'cluster',
  title: ({ name }) => `manifest ${name}`,
  with: schema,
  files: { from: 'manifest' },
  hidden: ['manifest'],
  detect: (wish, _on: ClusterSubject) => ({
    difference: manifestDifference(
      `${wish.name} ${createHash('sha256').update(wish.manifest).digest('hex').slice(0, 8)}`,
      wish.manifest,
      managerOf(wish),
    ),
  }),

  check: ({ difference: { differs, text, conflict } }, { name }) => {
    if (conflict !== undefined)
      return blocked(
        `the manifest ${name} says what somebody else manages: ${conflict}`,
        'leave those fields out of the manifest, or write `takeOver: true` under `with:` to make them yours',
      );
    return differs ? needed(...text.split('\n').filter((line) => line !== '')) : satisfied;
  },

  apply: (_seen, wish, _on, api) => [
    { do: 'exec', on: api.node, command: { ...apply(api, wish.manifest, managerOf(wish)), secret: true } },
  ],
  expect: () => ({ difference: { differs: false, text: '' } }),

  explain: {
    why: 'objects of your own, applied on the API server’s side: it knows which fields are yours, tells who else has them, and takes away what you no longer name.',
    source: 'kubernetes.io, Server-Side Apply, "Conflicts"; kubectl diff --help',
    type: [
      'kubectl diff --server-side --field-manager=nodeops-NAME -f FILE',
      'kubectl apply --server-side --field-manager=nodeops-NAME -f FILE',
    ],
    typeWith: ({ name = 'NAME', from = 'FILE', takeOver = false }) =>
      ['diff', 'apply'].map(
        (verb) =>
          `kubectl ${verb} --server-side --field-manager=nodeops-${name}${takeOver ? ' --force-conflicts' : ''} -f ${from}`,
      ),
  },
});
