import { quote } from '../commands/quote.ts';
import { describeExit, succeeded } from '../model/exit.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Wave, WaveCheck } from '../model/wave.ts';
import { checklistOf } from './commands/verify.ts';
import type { LookOptions } from './look-session.ts';
import type { Parts } from './parts.ts';
import { tellRun } from './told-run.ts';

type ProofOptions = LookOptions & { readonly inventory?: string };

/** When the last run of nodeops in a cluster ended, by its own lease; undefined where nothing there tells. */
export const lastEndOf = async (parts: Parts, cluster: Cluster, options: ProofOptions): Promise<number | undefined> => {
  const told = await tellRun(parts, cluster, options);
  return told.kind === 'nothing' ? told.endedAt : undefined;
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const doubtOfCheck = async (parts: Parts, wave: string, check: WaveCheck): Promise<readonly string[]> => {
  const { name, argv, directory, timeoutMs } = check;
  let said = '';
  const local = await parts.localCommands();
  const { exit } = await local.run({ argv, env: { NODEOPS_WAVE: wave }, directory, timeoutMs }, (chunk) => {
    said = (said + chunk.toString()).slice(-4096);
  });
  if (succeeded(exit)) return [];
  return [`the check ${name} (${quote(argv)}): ${describeExit(exit)}${said === '' ? '' : `: ${lastLine(said)}`}`];
};

const doubtsOfCluster = async (parts: Parts, cluster: Cluster, options: ProofOptions): Promise<readonly string[]> => {
  const { items } = await checklistOf(parts, cluster, options);
  return items.flatMap(({ item, misses, unread }) =>
    [...misses.map(({ because }) => because), ...unread].map((why) => `${cluster.name}: ${item}: ${why}`),
  );
};

/**
 * What speaks against going on after a wave: everything that `nodeops verify` misses or cannot see in its clusters, and
 * each of its checks that does not end with 0.
 */
export const doubtsOf = async (
  parts: Parts,
  wave: Wave,
  clusters: readonly Cluster[],
  options: ProofOptions,
): Promise<readonly string[]> => {
  const found = await Promise.all([
    ...clusters.map((cluster) => doubtsOfCluster(parts, cluster, options)),
    ...wave.checks.map((check) => doubtOfCheck(parts, wave.name, check)),
  ]);
  return found.flat();
};
