import type { SelectionOptions } from '../inventory.ts';
import { maintain } from '../maintain.ts';
import { checkExcluded } from '../os-patching.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { run, type RunOptions } from './run.ts';

export type NodeOptions = Pick<SelectionOptions, 'inventory' | 'cluster'> & PlaybookOptions;

const limited = (nodes: readonly string[]): Pick<RunOptions, 'limit'> => (nodes.length === 0 ? {} : { limit: nodes });

/** `nodeops cordon NODE…`. @throws UsageError before anything is connected to. */
export const cordon = (parts: Parts, nodes: readonly string[], options: NodeOptions): Promise<number> =>
  run(parts, 'cordon', { ...options, ...limited(nodes) });

/** `nodeops drain NODE…`. @throws UsageError before anything is connected to. */
export const drain = (parts: Parts, nodes: readonly string[], options: NodeOptions): Promise<number> =>
  run(parts, 'drain', { ...options, ...limited(nodes) });

/** `nodeops uncordon NODE…`. @throws UsageError before anything is connected to. */
export const uncordon = (parts: Parts, nodes: readonly string[], options: NodeOptions): Promise<number> =>
  run(parts, 'uncordon', { ...options, ...limited(nodes) });

interface DrainedOptions extends NodeOptions {
  readonly drain?: string;
}

const drainSet = ({ drain: when }: DrainedOptions): readonly string[] => (when === undefined ? [] : [`drain=${when}`]);

/** `nodeops reboot [NODE…]`: the playbook reboot. @throws UsageError before anything is connected to. */
export const reboot = (
  parts: Parts,
  nodes: readonly string[],
  { requiredOnly, ...options }: DrainedOptions & { readonly requiredOnly?: boolean },
): Promise<number> =>
  maintain(parts, 'reboot', { ...options, ...limited(nodes) }, [
    `reboot=${requiredOnly === true ? 'required' : 'always'}`,
    ...drainSet(options),
  ]);

interface PatchOptions extends DrainedOptions, SelectionOptions {
  readonly securityOnly?: boolean;
  readonly exclude?: readonly string[];
  readonly reboot: string;
}

/** `nodeops os-patch`: the playbook os-patch. @throws UsageError before anything is connected to. */
export const osPatch = (
  parts: Parts,
  { securityOnly, exclude = [], reboot: when, ...options }: PatchOptions,
): Promise<number> => {
  checkExcluded(exclude);
  return maintain(parts, 'os-patch', options, [
    `reboot=${when}`,
    ...(securityOnly === true ? ['securityOnly=true'] : []),
    ...(exclude.length === 0 ? [] : [`exclude=${exclude.join(',')}`]),
    ...drainSet(options),
  ]);
};
