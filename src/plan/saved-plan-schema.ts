import { z } from 'zod';
import type { Plan, PlannedItem, PlannedStep, PlannedVerdict } from '../model/plan.ts';
import type { Remembered } from './fact-changes.ts';
import { savedPlanFormat, type SavedCluster, type SavedPlan } from './saved-plan.ts';

const text = z.string({ error: 'text' });
const words = z.array(text, { error: 'a list of texts' });
const object = <Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) =>
  z.object(shape, { error: `a map with ${what}` });
const anything = z.record(z.string(), z.unknown(), { error: 'a map' });
const moment = z.int({ error: 'milliseconds since the epoch' }).min(0);

const troubles = z.array(object('because and fix', { because: text, fix: text }), { error: 'a list of troubles' });

const verdict: z.ZodType<PlannedVerdict> = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('satisfied'), warnings: troubles.exactOptional() }),
    z.object({ kind: z.literal('needed'), changes: words }),
    z.object({ kind: z.literal('pending'), waitingFor: text, fix: text.exactOptional() }),
    z.object({
      kind: z.literal('blocked'),
      because: text,
      fix: text,
      also: troubles.exactOptional(),
      warnings: troubles.exactOptional(),
    }),
    z.object({ kind: z.literal('assumed'), because: text }),
  ],
  { error: 'a verdict: satisfied, needed, pending, blocked or assumed' },
);

const step: z.ZodType<PlannedStep> = object('a planned step', {
  kind: z.literal('step', { error: 'step' }),
  address: text,
  step: text,
  title: text,
  node: text.exactOptional(),
  with: anything,
  verdict,
  assertion: z.boolean({ error: 'true or false' }),
});

const item: z.ZodType<PlannedItem> = z.lazy(() =>
  z.union(
    [
      step,
      object('a bracket', {
        kind: z.literal('bracket', { error: 'bracket' }),
        bracket: text,
        enter: step,
        body: z.array(item, { error: 'a list of steps' }),
        exit: step.exactOptional(),
      }),
    ],
    { error: 'a step or a bracket' },
  ),
);

const plan: z.ZodType<Plan> = object('a plan', {
  format: z.literal(1, { error: '1' }),
  cluster: text,
  playbook: text,
  parameters: anything,
  before: z.array(object('node, role, version', { node: text, role: text, version: text }), { error: 'a list' }),
  phases: z.array(
    object('a phase', {
      name: text,
      parallel: z.number({ error: 'a number' }),
      lanes: z.array(
        object('a lane', { node: text.exactOptional(), items: z.array(item, { error: 'a list of steps' }) }),
        { error: 'a list of lanes' },
      ),
    }),
    { error: 'a list of phases' },
  ),
  notices: words,
  createdAt: moment,
});

const remembered: z.ZodType<Remembered> = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('value'), value: z.unknown() }),
    z.object({ kind: z.literal('absent') }),
    z.object({ kind: z.literal('unreadable'), text }),
    z.object({ kind: z.literal('unavailable'), why: text }),
  ],
  { error: 'an observation: value, absent, unreadable or unavailable' },
);

const cluster: z.ZodType<SavedCluster> = object('what was planned for a cluster', {
  cluster: text,
  run: text,
  playbook: object('name and digest', { name: text, digest: text }),
  parameters: anything,
  nodes: words.min(1, { error: 'at least one node' }),
  waivers: z.record(z.string(), text, { error: 'a map of reasons' }).exactOptional(),
  inventory: z.record(z.string(), text, { error: 'a map of digests' }),
  plan,
  rests: z.record(z.string(), z.record(z.string(), z.int().min(0)), { error: 'a map of the facts of each step' }),
  observations: z.array(remembered, { error: 'a list of observations' }),
});

/** Enough to tell a file of ours, and of which format it is. */
export const savedPlanHead = z.object({ kind: z.literal('nodeops-plan'), format: z.unknown() });

/** The file format of saved plans; messages say what is expected. */
export const savedPlanSchema: z.ZodType<SavedPlan> = object('a saved plan', {
  kind: z.literal('nodeops-plan', { error: 'nodeops-plan' }),
  format: z.literal(savedPlanFormat, { error: String(savedPlanFormat) }),
  nodeops: text,
  createdAt: moment,
  salt: text.min(1, { error: 'text' }),
  clusters: z.array(cluster, { error: 'a list of clusters' }).min(1, { error: 'at least one cluster' }),
});
