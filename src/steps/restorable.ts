import type { RestorePoint } from '../facts/restore-points.ts';
import type { Version } from '../model/version.ts';

/** The newest point that a node has of the time when it was on `version`. Runs are named by the time they began. */
export const pointBefore = (points: readonly RestorePoint[], version: Version): RestorePoint | undefined =>
  points.filter(({ from }) => from === version).toSorted((a, b) => b.run.localeCompare(a.run))[0];

/** Files of a point in one directory that are otherwise now, or gone. */
export const differingIn = (point: RestorePoint | undefined, directory: string): readonly string[] =>
  (point?.differing ?? []).filter((file) => file.startsWith(`${directory}/`));

/** The point once such files are back. */
export const withBack = (points: readonly RestorePoint[], path: string, files: readonly string[]) =>
  points.map((point) =>
    point.path === path ? { ...point, differing: point.differing.filter((file) => !files.includes(file)) } : point,
  );
