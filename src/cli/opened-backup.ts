import type { Selected } from '../inventory/select.ts';
import { exitCode } from '../model/errors.ts';
import type { Session } from '../run/session.ts';
import { readIdentity, tellVerdict } from './commands/backup-verify.ts';
import { placesOf } from './commands/backup.ts';
import { loadOne, type SelectionOptions } from './inventory.ts';
import { waitForLock } from './ownership.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { checkConsent } from './protection.ts';
import { backupSession } from './stored-backups.ts';
import { waiversOf } from './waivers.ts';
import { backupName, wholeBackup, type WholeBackup } from './whole-backup.ts';

/** A cluster and the backup that it is restored from. */
export interface RestoredFrom extends Pick<SelectionOptions, 'inventory' | 'cluster'>, PlaybookOptions {
  /** Where the backup is, instead of the inventory's `backup.to`. */
  readonly from?: string;
  readonly identity?: string;
}

export interface OpenedBackup {
  readonly session: Session;
  readonly selected: Selected;
  readonly backup: WholeBackup;
  /** What opens it, where it is encrypted. */
  readonly identities: string | undefined;
}

/**
 * Does something with the backup that was named, or with the newest one, after every byte of it was looked at; exit
 * code 1 where none is as it was stored. @throws UsageError before anything is connected to, or where there is no such
 * backup.
 */
export const withWholeBackup = async (
  parts: Parts,
  name: string | undefined,
  options: RestoredFrom,
  act: (opened: OpenedBackup) => Promise<number>,
): Promise<number> => {
  const selected = loadOne(parts, options, 'restored');
  const { cluster } = selected;
  const id = backupName(name);
  const places = placesOf(parts, cluster, options.from, '--from');
  const identities = readIdentity(parts, options.identity);
  waitForLock(options);
  waiversOf(options);
  if (options.dryRun !== true) checkConsent(parts, [cluster], options, 'outage');
  const session = await backupSession(parts, cluster, options.acceptNewHostKeys === true);
  try {
    const backup = await wholeBackup(parts, session, places, { id, identities }, (verdict) =>
      tellVerdict(parts, verdict, options),
    );
    if (backup !== undefined) return await act({ session, selected, backup, identities });
    parts.stderr.write(
      `${cluster.name}: this backup is not restored. Nothing was changed.\n    others: nodeops backup list\n`,
    );
    return exitCode.failed;
  } finally {
    await session.transport.close();
  }
};
