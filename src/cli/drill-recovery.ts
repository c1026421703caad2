import { z } from 'zod';
import { quote } from '../commands/quote.ts';
import { valueOf } from '../facts/fact.ts';
import { nodes } from '../facts/nodes.ts';
import type { Cluster } from '../model/cluster.ts';
import { exitCode } from '../model/errors.ts';
import { readAs } from '../model/json.ts';
import { readText, writeText } from '../run/kept-text.ts';
import { observeCluster } from '../run/observe.ts';
import type { DrillOptions } from './commands/drill.ts';
import { isClaimed, nodeReplace } from './commands/node-life.ts';
import { restore } from './commands/restore.ts';
import { inLookSession } from './look-session.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';

export interface ExecuteOptions extends DrillOptions, PlaybookOptions {
  readonly output: 'text' | 'json';
}

/** What is remembered from the moment on in which something is broken, until it is whole again. */
const begunSchema = z.object({
  format: z.literal(1),
  disaster: z.string(),
  node: z.string().optional(),
  backup: z.string().optional(),
  objects: z.number(),
  /** Since when it is broken, and its recovery may begin; missing while it is being broken. */
  brokenAt: z.number().optional(),
});
export type Begun = z.infer<typeof begunSchema>;

const begunName = (cluster: string): string => `${cluster}/drills/begun.json`;

/** The drill of a cluster that is not over; undefined where there is none. */
export const readBegun = async (parts: Parts, cluster: string): Promise<Begun | undefined> => {
  const text = await readText(await parts.artifacts(), begunName(cluster));
  return text === undefined ? undefined : readAs(begunSchema, text);
};

/** Remembers how far a drill is. */
export const keepBegun = async (parts: Parts, cluster: string, begun: Begun): Promise<void> =>
  writeText(await parts.artifacts(), begunName(cluster), JSON.stringify(begun));

/** A kubelet that fell silent is found out after 50 s: kubernetes.io, Nodes, "Condition". */
const noticePauseMs = 3000;
const noticeLimitMs = 5 * 60_000;

const isReady = (parts: Parts, cluster: Cluster, node: string, options: ExecuteOptions): Promise<boolean> =>
  inLookSession(parts, cluster, options, async (session) => {
    const found = valueOf(nodes, (await observeCluster(session, [nodes])).observations.get(nodes.key));
    return found?.find(({ name }) => name === node)?.ready === 'True';
  });

/** Until the cluster says that the node is gone: before that nobody would replace it. False where it does not. */
const untilNoticed = async (
  parts: Parts,
  cluster: Cluster,
  node: string,
  options: ExecuteOptions,
): Promise<boolean> => {
  const until = parts.clock.now() + noticeLimitMs;
  while (await isReady(parts, cluster, node, options)) {
    if (parts.clock.now() > until || parts.stopping()) return false;
    await parts.clock.sleep(noticePauseMs);
  }
  return true;
};

const replace = async (parts: Parts, cluster: Cluster, node: string, options: ExecuteOptions): Promise<number> => {
  const here = { ...options, cluster: [cluster.name], yes: true, confirm: [cluster.name] };
  if (!(await isClaimed(parts, cluster, node, options))) {
    if (options.output === 'text') parts.stdout.write(`${cluster.name}: waiting until the cluster misses ${node}\n`);
    if (!(await untilNoticed(parts, cluster, node, options))) {
      if (parts.stopping()) return exitCode.interrupted;
      parts.stderr.write(
        `${cluster.name}: ${node} is still Ready\n    see whether its machine is really bare: nodeops diagnose ${node}\n`,
      );
      return exitCode.blocked;
    }
  }
  return nodeReplace(parts, node, here);
};

/** With the commands that an operator would type; typed again it goes on. */
export const recover = (
  parts: Parts,
  cluster: Cluster,
  { node, backup = 'last' }: Begun,
  options: ExecuteOptions,
): Promise<number> => {
  if (node !== undefined) return replace(parts, cluster, node, options);
  return restore(parts, backup, { ...options, cluster: [cluster.name], yes: true, confirm: [cluster.name] });
};

/** It is over, or nothing of it was begun. */
export const forgetBegun = async (parts: Parts, cluster: string): Promise<void> =>
  (await parts.artifacts()).remove(begunName(cluster));

/** What goes on with a drill. */
export const again = (cluster: string, { disaster, node }: Begun, { inventory = '' }: ExecuteOptions): string =>
  quote([
    'nodeops',
    'drill',
    disaster,
    '--execute',
    '--inventory',
    inventory,
    '--cluster',
    cluster,
    ...(node === undefined ? [] : ['--node', node]),
  ]);
