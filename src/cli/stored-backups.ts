import type { Cluster } from '../model/cluster.ts';
import { createSession, type Session } from '../run/session.ts';
import type { Parts } from './parts.ts';

/** A session that looks at backups and connects to no node. */
export const backupSession = async (parts: Parts, cluster: Cluster, acceptNewHostKeys: boolean): Promise<Session> => {
  const { clock, entropy } = parts;
  return createSession({
    cluster,
    clock,
    entropy,
    transport: await parts.transport({ refuseWrites: true, acceptNewHostKeys }),
    artifacts: await parts.artifacts(),
    storage: async () => ({
      places: await parts.backupPlaces({ refuseWrites: false, acceptNewHostKeys }),
      cipher: await parts.cipher(),
      local: await parts.localCommands(),
      nodeops: parts.version,
    }),
  });
};
