import { z } from 'zod';
import type { MaintenanceHook, MaintenanceHookPlace } from '../model/maintenance-hook.ts';
import { duration } from './duration-field.ts';
import { checked, flag, fullList, list, map, say, text } from './fields.ts';

const commandForm = 'a list of words, or the text of a script for sh';

/** A list is run as it stands; a text by a shell that stops at the first command that fails. */
export const hookCommand = z
  .union([text(commandForm), fullList(commandForm, text('a word'))], { error: commandForm })
  .transform((written): readonly string[] => (typeof written === 'string' ? ['sh', '-ec', written] : written));

/** Half of what a load balancer or a silence needs by far; an operator who waits for more says so. */
const defaultTimeoutMs = 5 * 60_000;

const placeOf = (on: string | undefined): MaintenanceHookPlace => {
  if (on === undefined || on === 'operator' || on === 'control-plane') return on ?? 'operator';
  return on === 'node' ? 'itself' : { node: on };
};

const hookForm = 'a map with name, and before, after, or both';

const hook = map(hookForm, {
  name: checked('a name of lower-case letters, digits and -', (name) =>
    /^[a-z0-9][a-z0-9-]{0,62}$/.test(name),
  ).describe('Tells it from the others.'),
  of: z
    .enum(['node', 'cluster'], { error: 'node or cluster' })
    .exactOptional()
    .describe('What it is around: each node that is worked on (so where nothing is said), or the cluster as a whole.'),
  before: hookCommand.exactOptional().describe('Run before it is touched; where it fails, it is not touched.'),
  after: hookCommand.exactOptional().describe('Run after it; where it fails, no other node is begun.'),
  on: checked('operator, node, control-plane, or the name of a node', (on) => /^[a-z0-9][a-z0-9.-]*$/.test(on))
    .exactOptional()
    .describe('Where it runs; on the machine of the operator where nothing is said.'),
  timeout: duration.exactOptional().describe('How long each of its commands may take; 5m where nothing is said.'),
  always: flag
    .exactOptional()
    .describe('Its after is run as well where the work in between failed or was stopped; it is told which.'),
}).transform(({ name, of = 'node', before, after, on, timeout, always }, context): MaintenanceHook => {
  const place = placeOf(on);
  if (before === undefined && after === undefined) context.addIssue({ code: 'custom', message: hookForm });
  if (of === 'cluster' && place === 'itself')
    context.addIssue({
      code: 'custom',
      path: ['on'],
      message: say('operator, control-plane, or the name of a node', 'a hook of the cluster has no node of its own'),
    });
  return {
    name,
    of,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    on: place,
    timeoutMs: timeout ?? defaultTimeoutMs,
    always: always ?? false,
  };
});

/** `hooks:` of an inventory and of a playbook. */
export const maintenanceHooks = list('a list of hooks, each with name, and before, after, or both', hook);
