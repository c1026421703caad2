import type { Cluster } from '../model/cluster.ts';
import { createSession, type Session } from '../run/session.ts';
import type { Parts } from './parts.ts';

export interface LookOptions {
  readonly acceptNewHostKeys?: boolean;
}

/** To look at one cluster, without a run: nothing is written unless that is said. Its transport is the caller's to close. */
export const lookSession = async (
  parts: Parts,
  cluster: Cluster,
  { acceptNewHostKeys = false }: LookOptions,
  { refuseWrites = true }: { readonly refuseWrites?: boolean } = {},
): Promise<Session> => {
  const { clock, entropy } = parts;
  const transport = await parts.transport({ refuseWrites, acceptNewHostKeys });
  return createSession({ cluster, transport, clock, entropy, artifacts: await parts.artifacts() });
};
