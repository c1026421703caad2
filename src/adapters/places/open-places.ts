import type { SshTarget } from '../../model/cluster.ts';
import { backupTargetText } from '../../model/backup-target.ts';
import type { BackupPlaces } from '../../ports/backup-places.ts';
import type { Transport } from '../../ports/transport.ts';

export interface PlaceParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A transport of its own for each host that keeps backups. */
  readonly transport: () => Promise<Transport>;
}

/** Places by their address; what each kind needs is loaded when one is opened. */
export const createBackupPlaces = ({ env, transport }: PlaceParts): BackupPlaces => ({
  open: async (target, { backup }) => {
    const address = backupTargetText(target);
    switch (target.kind) {
      case 'directory':
        return (await import('./directory-place.ts')).createDirectoryPlace(target.path);
      case 's3':
        return (await import('./s3-place.ts')).createS3Place({ ...target, address }, backup.s3, env);
      case 'ssh': {
        const { host, port = backup.ssh.port, user = backup.ssh.user } = target;
        const ssh: SshTarget = { ...backup.ssh, host, port, user };
        return (await import('./ssh-place.ts')).createSshPlace(address, ssh, target.path, await transport());
      }
    }
  },
});
