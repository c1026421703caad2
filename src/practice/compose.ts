import type { Playbook, PlaybookPhase } from '../playbook/schema.ts';
import { allReady, forget, keepFiles, noteBegun, noteSetUp, returnFiles, whole } from './scripts.ts';
import type { PracticeTask, TaskPlace } from './task-schema.ts';

/** Which playbooks are made of a task. */
export const taskVerbs = ['start', 'reset'] as const;
export type TaskVerb = (typeof taskVerbs)[number];

/** `practice-start-kubelet-stopped`: what such a run is called in records, and by `nodeops resume`. */
export const playbookNameOf = (verb: TaskVerb, task: string): string => `practice-${verb}-${task}`;

/** Whether a playbook breaks something on purpose: it asks for a cluster that is there to practise on. */
export const breaksOnPurpose = ({ phases }: Pick<Playbook, 'phases'>): boolean =>
  phases.some(({ steps }) => steps.some((step) => 'uses' in step && step.uses === 'practice-ground'));

/** Undefined for the name of any other playbook. */
export const readPlaybookName = (name: string): { readonly verb: TaskVerb; readonly task: string } | undefined => {
  const [, verb, task = ''] = /^practice-(start|reset)-(.+)$/.exec(name) ?? [];
  const found = taskVerbs.find((each) => each === verb);
  return found === undefined ? undefined : { verb: found, task };
};

const targets: Readonly<Record<TaskPlace, PlaybookPhase['on']>> = {
  worker: 'named-node',
  'control-plane': 'first-control-plane',
  'every-node': 'every-node',
};

interface Part {
  readonly name: string;
  readonly check: string;
  readonly do: string;
}

const phase = (name: string, on: PlaybookPhase['on'], steps: PlaybookPhase['steps'], parallel: 1 | 'all' = 1) =>
  ({ name, on, parallel, always: false, hops: 'every', steps }) satisfies PlaybookPhase;

const longestMs = 8 * 60_000;

const partStep = ({ name, check, do: command }: Part): PlaybookPhase['steps'][number] => ({
  uses: 'run-practice-part',
  with: { name, check: whole(check), command: whole(command), timeoutMs: longestMs },
});

const ground = phase('practice ground', 'every-node', [{ uses: 'practice-ground' }], 'all');

const startPhases = ({ name, needs, keeps, setUp }: PracticeTask): readonly PlaybookPhase[] => [
  ground,
  ...needs.map((need, index) =>
    phase(`need ${index + 1}`, targets[need.on], [
      { uses: 'practice-need', with: { name: need.name, check: whole(need.check) } },
    ]),
  ),
  phase('task noted', 'first-control-plane', [partStep({ name: 'note the task', ...noteSetUp(name) })]),
  ...keeps.map(({ on, paths }) =>
    phase(`kept of the ${on}`, targets[on], [partStep({ name: 'keep what may be changed', ...keepFiles(paths) })]),
  ),
  ...setUp.map((each, index) =>
    phase(`set-up ${index + 1}`, targets[each.on], [
      partStep({ ...each, name: `part ${index + 1} of ${setUp.length} of the task` }),
    ]),
  ),
  phase('task begun', 'first-control-plane', [partStep({ name: 'note that it is set up', ...noteBegun(name) })]),
];

/** The first control plane forgets last: as long as it knows the task, what is left of it can be found. */
const resetPhases = ({ keeps, reset }: PracticeTask): readonly PlaybookPhase[] => {
  const forgetting = [partStep({ name: 'forget the task', ...forget })];
  return [
    ground,
    ...keeps.map(({ on, paths, returned }) =>
      phase(`files of the ${on}`, targets[on], [
        partStep({ name: 'put back what was changed', ...returnFiles(paths, returned) }),
      ]),
    ),
    ...reset.map((each, index) => phase(`reset ${index + 1}`, targets[each.on], [partStep(each)])),
    phase('nodes', 'first-control-plane', [partStep({ name: 'every node is Ready', ...allReady })]),
    phase('workers forget', 'workers', forgetting, 'all'),
    phase('other control planes forget', 'other-control-planes', forgetting, 'all'),
    phase('first control plane forgets', 'first-control-plane', forgetting),
  ];
};

/**
 * The playbook that sets a task up, or puts the cluster back as it was before it. Of the mode `outage`: a task may take the
 * API server away, and what puts it back must not depend on it.
 */
export const composePlaybook = (verb: TaskVerb, task: PracticeTask): Playbook => ({
  apiVersion: 'nodeops/v1',
  kind: 'Playbook',
  name: playbookNameOf(verb, task.name),
  description:
    verb === 'start'
      ? `Set up a task to practise with: ${task.title}`
      : `Put back what was there before the task: ${task.title}`,
  mode: 'outage',
  parameters: {
    node: { type: 'string', required: true, description: 'The node that the task is about' },
    worker: { type: 'string', required: true, description: 'The worker that the task is about' },
    controlPlane: { type: 'string', required: true, description: 'The first control plane' },
  },
  hops: false,
  hooks: [],
  phases: [...(verb === 'start' ? startPhases(task) : resetPhases(task))],
});

/** What is written in a task's text for whoever is about to solve it, with the nodes' names. */
export const fillText = (text: string, names: { readonly worker: string; readonly controlPlane: string }): string =>
  text.replaceAll('{worker}', names.worker).replaceAll('{control-plane}', names.controlPlane);
