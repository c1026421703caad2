import { z } from 'zod';

/** Which nodes a phase goes over; `cluster` is one turn for the cluster as a whole. */
export const phaseTargets = [
  'every-node',
  'first-control-plane',
  'other-control-planes',
  'workers',
  'cluster',
] as const;
export type PhaseTarget = (typeof phaseTargets)[number];

const use = z.strictObject({
  uses: z.string().describe('The step: `nodeops explain` lists them.'),
  with: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Parameters of the step, beside those it takes from the run.'),
  each: z.enum(['cni', 'addons']).optional().describe('Once for the CNI or for each add-on of the inventory.'),
});

export type PlaybookItem = z.infer<typeof use> | { readonly within: string; readonly steps: readonly PlaybookItem[] };

const item: z.ZodType<PlaybookItem> = z.lazy(() =>
  z.union([
    use,
    z.strictObject({
      within: z.string().describe('A bracket around the steps below it.'),
      steps: z.array(item).min(1),
    }),
  ]),
);

const phase = z.strictObject({
  name: z.string().min(1),
  on: z.enum(phaseTargets),
  parallel: z
    .union([z.int().min(1), z.enum(['all', 'max-unavailable'])])
    .default(1)
    .describe('How many nodes at once.'),
  requires: z
    .enum(['control-planes', 'every-node'])
    .optional()
    .describe('Left out when the run was limited and these are not all part of it.'),
  steps: z.array(item).min(1),
});

/** The file format of a playbook; the one source of its validation and its reference. */
export const playbookSchema = z.strictObject({
  apiVersion: z.literal('nodeops/v1'),
  kind: z.literal('Playbook'),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
  description: z.string().min(1),
  parameters: z
    .record(
      z.string(),
      z.strictObject({
        type: z.enum(['version', 'string', 'number', 'boolean']),
        required: z.boolean().default(false),
      }),
    )
    .default({}),
  phases: z.array(phase).min(1),
});

export type Playbook = z.infer<typeof playbookSchema>;
export type PlaybookPhase = Playbook['phases'][number];
