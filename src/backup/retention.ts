/** A backup as it lies in a place. */
export interface StoredBackup {
  readonly id: string;
  /** Milliseconds since the epoch; of an unfinished one, when its run began. */
  readonly takenAt: number;
  /** Its checksums were written: it is whole. */
  readonly whole: boolean;
  readonly verified: boolean;
  /** None of its hooks failed. */
  readonly complete: boolean;
  /** A name in its folder is none that nodeops gives: somebody else put something there. */
  readonly foreign: boolean;
}

export interface Keep {
  readonly last?: number;
  readonly withinMs?: number;
}

export interface Removal {
  readonly id: string;
  readonly why: string;
}

/** A run that stores for longer than this is none any more. */
const longestStoringMs = 86_400_000;

/**
 * Which backups go. One stays that is among the newest `last`, or younger than `withinMs`, or the newest that was
 * verified, the newest that is complete, or the newest of all; without any rule all stay. Unfinished ones go after a day. What holds files of
 * others is never touched.
 */
export const removals = (stored: readonly StoredBackup[], keep: Keep, now: number): readonly Removal[] => {
  const newestFirst = stored.toSorted((a, b) => b.takenAt - a.takenAt || (a.id < b.id ? 1 : -1));
  const whole = newestFirst.filter((backup) => backup.whole);
  const unfinished = newestFirst
    .filter((backup) => !backup.whole && !backup.foreign && now - backup.takenAt > longestStoringMs)
    .map(({ id }) => ({ id, why: 'it was never finished' }));
  if (keep.last === undefined && keep.withinMs === undefined) return unfinished;
  const verified = whole.find((backup) => backup.verified);
  const complete = whole.find((backup) => backup.complete);
  const stays = (backup: StoredBackup, index: number): boolean =>
    index === 0 ||
    index < (keep.last ?? 0) ||
    now - backup.takenAt <= (keep.withinMs ?? -1) ||
    backup === verified ||
    backup === complete ||
    backup.foreign;
  const old = whole.filter((backup, index) => !stays(backup, index));
  return [...unfinished, ...old.map(({ id }) => ({ id, why: 'nothing says to keep it' }))];
};
