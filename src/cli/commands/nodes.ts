import { exitCode, UsageError, worse } from '../../model/errors.ts';
import { loadSelection, type SelectionOptions } from '../inventory.ts';
import { maintenanceFor } from '../maintenance.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-run.ts';
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

/** Runs a playbook that does something once to every node, with the name by which the nodes know of it. */
const maintain = async (
  parts: Parts,
  playbook: string,
  options: SelectionOptions & PlaybookOptions,
  set: readonly string[],
): Promise<number> => {
  let worst: number = exitCode.done;
  for (const { cluster } of loadSelection(parts, options)) {
    if (parts.stopping()) return worse(worst, exitCode.interrupted);
    const here = { ...options, cluster: [cluster.name] };
    const maintenance = await maintenanceFor(parts, { playbook, cluster: cluster.name, set, options: here });
    const code = await run(parts, playbook, { ...here, set: [`maintenance=${maintenance}`, ...set] });
    worst = worse(worst, code);
  }
  return worst;
};

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

const packageName = /^[a-z0-9][a-z0-9+.-]+$/;

/** `nodeops os-patch`: the playbook os-patch. @throws UsageError before anything is connected to. */
export const osPatch = (
  parts: Parts,
  { securityOnly, exclude = [], reboot: when, ...options }: PatchOptions,
): Promise<number> => {
  const wrong = exclude.find((name) => !packageName.test(name));
  if (wrong !== undefined)
    throw new UsageError(`--exclude ${wrong}: expected the name of a Debian package, such as containerd`);
  return maintain(parts, 'os-patch', options, [
    `reboot=${when}`,
    ...(securityOnly === true ? ['securityOnly=true'] : []),
    ...(exclude.length === 0 ? [] : [`exclude=${exclude.join(',')}`]),
    ...drainSet(options),
  ]);
};
