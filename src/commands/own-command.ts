import type { Command } from '../model/command.ts';
import type { Role } from '../model/cluster.ts';
import { detached, read } from './build.ts';
import { adminConf } from './kubectl.ts';

/** How long a command that was told to end may take about it. */
const graceSeconds = 30;

/** What an operator's own command may know of where it runs. */
export interface OwnPlace {
  readonly cluster: string;
  readonly node: string;
  readonly controlPlane: boolean;
  /** The parameters of its playbook. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** Where a command of an operator's own runs, with the parameters of its playbook. */
export const ownPlace = (
  { cluster, node, role }: { readonly cluster: string; readonly node: string; readonly role: Role },
  { parameters }: Pick<OwnPlace, 'parameters'>,
): OwnPlace => ({ cluster, node, controlPlane: role === 'control-plane', parameters });

/** A text run by a shell that stops at the first command that fails. */
export const ownScript = (text: string): readonly string[] => ['sh', '-ec', text];

/** `maxPods` → `NODEOPS_PARAMETER_MAX_PODS` */
const variableOf = (parameter: string): string =>
  `NODEOPS_PARAMETER_${parameter
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]/g, '_')
    .toUpperCase()}`;

const environmentOf = ({ cluster, node, controlPlane, parameters }: OwnPlace): Readonly<Record<string, string>> => ({
  NODEOPS_CLUSTER: cluster,
  NODEOPS_NODE: node,
  ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [variableOf(name), String(value)])),
  ...(controlPlane ? { KUBECONFIG: adminConf } : {}),
});

/** The check of an operator's command, as root. It is trusted to change nothing. */
export const ownCheck = (argv: readonly string[], place: OwnPlace): Command =>
  read(argv, { env: environmentOf(place) });

/**
 * An operator's command on a node, as root, in a unit that outlives the connection. Its time limit is kept on the node,
 * where its processes are: a deadline of ours would leave it running. Over it the exit code is 124. Source: timeout(1),
 * GNU coreutils.
 */
export const ownCommand = (argv: readonly string[], place: OwnPlace, timeoutMs: number): Command =>
  detached(['timeout', `--kill-after=${graceSeconds}`, String(Math.ceil(timeoutMs / 1000)), ...argv], {
    timeoutMs: timeoutMs + graceSeconds * 2000,
    env: environmentOf(place),
  });
