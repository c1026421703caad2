import { parseBackupTarget } from '../model/backup-target.ts';
import type { Cluster } from '../model/cluster.ts';
import type { BackupPlace } from '../ports/backup-places.ts';
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
      nodeops: parts.version,
    }),
  });
};

/** Opens a place that was checked before. */
export const openPlace = async (session: Session, address: string): Promise<BackupPlace> => {
  const target = parseBackupTarget(address);
  if (target === undefined || session.storage === undefined) throw new Error(`${address} cannot be opened`);
  const { places } = await session.storage();
  return places.open(target, session.cluster);
};
