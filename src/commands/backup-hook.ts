import type { BackupHook } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { adminConf } from './kubectl.ts';

/** The exit code of a command that was not over in time. Source: timeout(1), GNU coreutils. */
export const hookTimedOut = 124;

/** What every hook of a backup is told: the backup's name, to call its own part the same. */
export const toldOfBackup = (cluster: string, backup: string): Pick<HookTold, 'env'> => ({
  env: { NODEOPS_CLUSTER: cluster, NODEOPS_BACKUP: backup },
});

/** What a hook knows of what it is run for. */
export interface HookTold {
  readonly env: Readonly<Record<string, string>>;
  /** What it can read on its standard input; nothing where it is missing. */
  readonly stdin?: string;
}

/** A command of the operator's own, and how long it may take. */
type Hook = Pick<BackupHook, 'argv' | 'timeoutMs'>;

/** How long a hook that was told to end may take about it. */
const graceSeconds = 30;

/**
 * A hook on a node, as root, in a unit that outlives the connection. Its time limit is kept on the node, where its
 * processes are: a deadline of ours would leave it running. On a control plane kubectl finds the cluster.
 */
export const hookOnNode = (
  { argv, timeoutMs }: Hook,
  { controlPlane, env, ...told }: HookTold & { readonly controlPlane: boolean },
): Command =>
  detached(['timeout', `--kill-after=${graceSeconds}`, String(Math.ceil(timeoutMs / 1000)), ...argv], {
    timeoutMs: timeoutMs + graceSeconds * 2000,
    env: { ...env, ...(controlPlane ? { KUBECONFIG: adminConf } : {}) },
    ...told,
  });

/** A hook on the operator's own machine, as whoever runs nodeops there. */
export const hookHere = ({ argv, timeoutMs }: Hook, told: HookTold): Command =>
  write(argv, { timeoutMs, become: false, ...told });
