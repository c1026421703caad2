import { z } from 'zod';
import { checked, flag, fullList, map, text } from '../documents/fields.ts';
import { maintenanceHooks } from '../documents/hook-form.ts';

/**
 * Which nodes a phase goes over; `etcd-hosts` are those of external etcd, none where control planes run it; `etcd-members` are then the control planes;
 * `named-node` is the one that the parameter `node` names, `cluster` one turn for the cluster as a whole.
 */
export const phaseTargets = [
  'every-node',
  'first-control-plane',
  'other-control-planes',
  'control-planes',
  'etcd-members',
  'etcd-hosts',
  'workers',
  'named-node',
  'cluster',
] as const;
export type PhaseTarget = (typeof phaseTargets)[number];

/** One of these words, which are what is expected where none of them is found. */
const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: words.join(', ') });

const whenField = text('an expression such as node.os.id == "debian"')
  .optional()
  .describe('Only where this holds (CEL); nodes and clusters for which it cannot be told stop the run.');

const use = map('a step (`uses:`) or a bracket (`within:`)', {
  uses: text('the name of a step').describe('The step: `nodeops explain` lists them.'),
  with: z
    .record(z.string(), z.unknown(), { error: 'a map of parameters' })
    .optional()
    .describe('Parameters of the step, beside those it takes from the run.'),
  when: whenField,
  each: oneOf(['cni', 'addons', 'backup-hooks', 'window', 'external-etcd'])
    .optional()
    .describe(
      'Once for the CNI, for each add-on, for each hook of `backup.application`, for the maintenance window, or for the etcd that has hosts of its own, of the inventory.',
    ),
});

export type PlaybookItem =
  | z.infer<typeof use>
  | { readonly within: string; readonly when?: string | undefined; readonly steps: readonly PlaybookItem[] };

const item: z.ZodType<PlaybookItem> = z.lazy(() =>
  z.union(
    [
      use,
      map('a step (`uses:`) or a bracket (`within:`)', {
        within: text('the name of a bracket').describe('A bracket around the steps below it.'),
        when: whenField,
        steps: fullList('a list of steps', item),
      }),
    ],
    { error: 'a step (`uses:`) or a bracket (`within:`)' },
  ),
);

const parallelForm = 'a whole number from 1 on, all or max-unavailable';

const phase = map('a phase', {
  name: text('the name of the phase'),
  on: oneOf(phaseTargets),
  parallel: z
    .union([z.int({ error: parallelForm }).min(1, { error: parallelForm }), z.enum(['all', 'max-unavailable'])], {
      error: parallelForm,
    })
    .default(1)
    .describe('How many nodes at once.'),
  order: oneOf(['etcd-leader-last'])
    .optional()
    .describe('Which nodes come last, whatever the inventory says; otherwise its order stays.'),
  requires: oneOf(['control-planes', 'every-node'])
    .optional()
    .describe('Left out when the run was limited and these are not all part of it.'),
  always: flag
    .default(false)
    .describe(
      'Also where a phase before it failed, the run was stopped or its plan refused: for what must not stay behind. Its steps find out themselves whether there is anything to do.',
    ),
  hops: oneOf(['every', 'first', 'last', 'as-workers'])
    .default('every')
    .describe(
      'Of a playbook with hops: in which of them; as-workers, where the parameter `workers` says each-hop or last.',
    ),
  when: whenField,
  steps: fullList('a list of steps', item),
});

/** The file format of a playbook; the one source of its validation and its reference. */
export const playbookSchema = map('a playbook', {
  apiVersion: z.literal('nodeops/v1', { error: 'nodeops/v1' }),
  kind: z.literal('Playbook', { error: 'Playbook' }),
  name: checked('lower-case letters, digits and hyphens', (name) => /^[a-z][a-z0-9-]*$/.test(name)),
  description: text('what the playbook does, in a sentence'),
  mode: oneOf(['rolling', 'outage', 'bootstrap'])
    .default('rolling')
    .describe(
      'rolling: the cluster serves meanwhile. outage: nothing of the control plane runs for a while: the name of the cluster is asked for, its lease counts for nothing, workers that are away are left out. bootstrap: there is no cluster yet.',
    ),
  parameters: z
    .record(
      z.string(),
      map('a parameter', {
        type: oneOf(['version', 'string', 'number', 'boolean']),
        required: flag.default(false),
        description: text('what the parameter means').optional(),
        default: z
          .union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' })
          .optional()
          .describe('What it is where nobody gives it.'),
      }),
      { error: 'a map of parameters' },
    )
    .default({}),
  hops: z
    .union([flag, z.literal('down')], { error: 'true, false or down' })
    .default(false)
    .describe(
      'Goes to the parameter `version` a minor at a time: all phases for each. down: back, over the versions that the nodes kept.',
    ),
  hooks: maintenanceHooks
    .default([])
    .describe(
      'What is run before and after each node that is worked on, or the cluster; beside those of the inventory.',
    ),
  phases: fullList('a list of phases', phase),
});

export type Playbook = z.infer<typeof playbookSchema>;
export type PlaybookPhase = Playbook['phases'][number];
