import { z } from 'zod';
import { readYaml } from './read-text.ts';

/** The control plane's sections of a ClusterConfiguration. */
export type ConfiguredSection = 'apiServer' | 'controllerManager' | 'scheduler';

const extraArgs = z.union([z.record(z.string(), z.unknown()), z.array(z.object({ name: z.string() }))]).nullish();
const section = z.object({ extraArgs }).nullish();
const configuration = z.object({ apiServer: section, controllerManager: section, scheduler: section });

/**
 * The names of the flags that an operator gave to a component: a map in v1beta3, a list in v1beta4. Source: kubeadm's
 * ClusterConfiguration (`extraArgs`). Empty where the text is none.
 */
export const extraArgsOf = (raw: string, name: ConfiguredSection): readonly string[] => {
  const found = configuration.safeParse(readYaml(raw));
  const args = found.success ? found.data[name]?.extraArgs : undefined;
  if (args === null || args === undefined) return [];
  return Array.isArray(args) ? args.map((each) => each.name) : Object.keys(args);
};
