import { z } from 'zod';
import type { ApiPlace } from '../commands/kubectl.ts';
import { hookHere, hookOnNode } from '../commands/backup-hook.ts';
import { operatorsMachine, type Action } from '../model/action.ts';

/** A command of an operator's own, and where it runs, as the binder fills it in. */
export const hookCommand = {
  name: z.string(),
  argv: z.array(z.string()),
  place: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('operator'), directory: z.string() }),
    z.strictObject({ kind: z.literal('control-plane') }),
    z.strictObject({ kind: z.literal('node'), node: z.string() }),
  ]),
  timeoutMs: z.number(),
};
const shape = z.object(hookCommand);
export type HookCommand = z.output<typeof shape>;

/** `on w1`, for people. */
export const hookWhere = ({ place }: Pick<HookCommand, 'place'>): string => {
  if (place.kind === 'operator') return `on ${operatorsMachine}`;
  return place.kind === 'node' ? `on ${place.node}` : 'on a control plane';
};

/** Runs it where it belongs; `told` is what it learns, `keep` how what came of it is kept. */
export const hookActions = (
  hook: HookCommand,
  {
    keep,
    told,
    controlPlaneNames,
  }: {
    readonly keep: Extract<Action, { do: 'hook' }>['keep'];
    readonly told: Parameters<typeof hookHere>[1];
    readonly controlPlaneNames: readonly string[];
  },
  through: ApiPlace,
): readonly Action[] => {
  const { name, place } = hook;
  if (place.kind === 'operator') {
    const command = hookHere(hook, told);
    return [{ do: 'hook', on: operatorsMachine, hook: name, keep, command, directory: place.directory }];
  }
  const node = place.kind === 'node' ? place.node : through.node;
  const command = hookOnNode(hook, { ...told, controlPlane: controlPlaneNames.includes(node) });
  return [{ do: 'hook', on: node, hook: name, keep, command }];
};
