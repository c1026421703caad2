import type { BackupHook } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';
import { detached, write } from './build.ts';
import { adminConf } from './kubectl.ts';

/** The exit code of a command that was not over in time. Source: timeout(1), GNU coreutils. */
export const hookTimedOut = 124;

/** What every hook is told: the backup's name, to call its own part the same. */
const told = (cluster: string, backup: string): Readonly<Record<string, string>> => ({
  NODEOPS_CLUSTER: cluster,
  NODEOPS_BACKUP: backup,
});

/** How long a hook that was told to end may take about it. */
const graceSeconds = 30;

/**
 * A hook on a node, as root, in a unit that outlives the connection. Its time limit is kept on the node, where its
 * processes are: a deadline of ours would leave it running. On a control plane kubectl finds the cluster.
 */
export const hookOnNode = (
  { argv, timeoutMs }: Pick<BackupHook, 'argv' | 'timeoutMs'>,
  of: { readonly cluster: string; readonly backup: string; readonly controlPlane: boolean },
): Command =>
  detached(['timeout', `--kill-after=${graceSeconds}`, String(Math.ceil(timeoutMs / 1000)), ...argv], {
    timeoutMs: timeoutMs + graceSeconds * 2000,
    env: { ...told(of.cluster, of.backup), ...(of.controlPlane ? { KUBECONFIG: adminConf } : {}) },
  });

/** A hook on the operator's own machine, as whoever runs nodeops there. */
export const hookHere = (
  { argv, timeoutMs }: Pick<BackupHook, 'argv' | 'timeoutMs'>,
  of: { readonly cluster: string; readonly backup: string },
): Command => write(argv, { timeoutMs, become: false, env: told(of.cluster, of.backup) });
