import pLimit from 'p-limit';
import type { Cluster } from '../model/cluster.ts';
import { exitCode, worse } from '../model/errors.ts';
import { reachableOnly } from '../run/reach.ts';
import { createSession, type Session } from '../run/session.ts';
import { loadSelection, type SelectionOptions } from './inventory.ts';
import type { Parts } from './parts.ts';

export interface LookOptions {
  readonly acceptNewHostKeys?: boolean;
}

interface LookWays {
  /** Left out: nothing is written. */
  readonly refuseWrites?: boolean;
}

/** To look at one cluster, without a run: nothing is written unless that is said. Its transport is the caller's to close. */
export const lookSession = async (
  parts: Parts,
  cluster: Cluster,
  { acceptNewHostKeys = false }: LookOptions,
  { refuseWrites = true }: LookWays = {},
): Promise<Session> => {
  const { clock, entropy } = parts;
  const transport = await parts.transport({ refuseWrites, acceptNewHostKeys });
  return createSession({ cluster, transport, clock, entropy, artifacts: await parts.artifacts() });
};

/** Does something in a session that looks at one cluster, which is closed whatever comes of it. */
export const inLookSession = async <T>(
  parts: Parts,
  cluster: Cluster,
  options: LookOptions,
  act: (session: Session) => Promise<T>,
  ways: LookWays = {},
): Promise<T> => {
  const session = await lookSession(parts, cluster, options, ways);
  try {
    return await act(session);
  } finally {
    await session.transport.close();
  }
};

/** Enough that a fleet does not take long; each cluster's nodes are asked at once, too. */
export const clustersAtOnce = 8;

/**
 * Looks at several things side by side, eight at a time, and tells of each in their order, as soon as all before it were
 * told. @throws whatever the first of them throws, once those before it were told.
 */
export const lookSideBySide = async <T, Seen>(
  all: readonly T[],
  look: (each: T) => Promise<Seen>,
  tell: (seen: Seen) => void,
): Promise<void> => {
  const limit = pLimit(clustersAtOnce);
  const looks = all.map((each) => limit(() => look(each)));
  // One that fails is told of when it is its turn, which may never come.
  for (const pending of looks) pending.catch(() => undefined);
  for (const pending of looks) tell(await pending);
};

/** Does something with each chosen cluster, one after the other; the worst exit code. @throws UsageError */
export const eachCluster = async (
  parts: Parts,
  options: SelectionOptions & LookOptions,
  act: (session: Session) => Promise<number>,
  ways: LookWays = {},
): Promise<number> => {
  let worst: number = exitCode.done;
  for (const { cluster } of loadSelection(parts, options))
    worst = worse(worst, await inLookSession(parts, cluster, options, act, ways));
  return worst;
};

/** The same session with the nodes that answer; each other one is told of. */
export const reachedOnly = async (
  parts: Parts,
  whole: Session,
): Promise<{ readonly session: Session; readonly lost: ReadonlyMap<string, string> }> => {
  const reached = await reachableOnly(whole);
  for (const [node, why] of reached.lost) parts.stderr.write(`${whole.cluster.name}/${node}: ${why}\n`);
  return reached;
};
