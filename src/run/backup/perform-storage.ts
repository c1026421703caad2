import type { Action } from '../../model/action.ts';
import type { CommandResult } from '../../model/command.ts';
import { PlaceError } from '../../ports/backup-places.ts';
import type { Emit } from '../emit.ts';
import type { Session } from '../session.ts';
import { storeBackup } from './store-backup.ts';
import { tidyBackups } from './tidy-backups.ts';

type StorageAction = Extract<Action, { do: 'store' | 'tidy' }>;

const work = async (session: Session, emit: Emit, action: StorageAction): Promise<string | undefined> => {
  try {
    if (action.do === 'store') return (await storeBackup(session, emit, action))?.trouble;
    await tidyBackups(session, emit, action);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    return `${error.message}\n${error.fix}`;
  }
};

/** What is done on the operator's machine, told as a command would be: rc 1 and why where it could not be done. */
export const performStorage = async (session: Session, emit: Emit, action: StorageAction): Promise<CommandResult> => {
  const begun = session.clock.now();
  const stderr = await work(session, emit, action);
  return {
    exit: { kind: 'code', code: stderr === undefined ? 0 : 1 },
    stdout: '',
    stderr: stderr ?? '',
    truncated: false,
    durationMs: session.clock.now() - begun,
  };
};
