import { putBack } from '../commands/restore-point.ts';
import { newestFirst, type RestorePoint } from '../facts/restore-points.ts';
import type { Action } from '../model/action.ts';
import type { Version } from '../model/version.ts';

/** The newest point that a node has of the time when it was on `version`. */
export const pointBefore = <P extends Pick<RestorePoint, 'run' | 'from' | 'to'>>(
  points: readonly P[],
  version: Version,
): P | undefined => newestFirst(points).find(({ from }) => from === version);

/** Where a node keeps what it was, and which of those files are otherwise now, or gone. */
export interface Restorable {
  readonly point: string;
  readonly files: readonly string[];
}

/** Of the time on `version`, the files that a step is about. Without a point there is nothing to put back. */
export const restorableFiles = (
  points: readonly RestorePoint[],
  version: Version,
  isAbout: (file: string) => boolean,
): Restorable => {
  const point = pointBefore(points, version);
  return { point: point?.path ?? '', files: (point?.differing ?? []).filter(isAbout) };
};

/** Puts them back on a node. */
export const putBackOn = (node: string, { point, files }: Restorable): readonly Action[] =>
  files.length === 0 ? [] : [{ do: 'exec', on: node, command: putBack(point, files) }];

/** The points once they are back. */
export const withBack = (points: readonly RestorePoint[], { point, files }: Restorable): readonly RestorePoint[] =>
  points.map((each) =>
    each.path === point ? { ...each, differing: each.differing.filter((file) => !files.includes(file)) } : each,
  );
