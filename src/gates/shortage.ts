import type { DiskSpace } from '../facts/disk-space.ts';

export const MiB = 1024 * 1024;

/** What something needs below a path. */
export interface Demand {
  readonly path: string;
  readonly bytes: number;
  readonly what: string;
}

/** A file system that has less than what is needed on it. */
export interface Shortage {
  readonly mount: string;
  readonly availableMiB: number;
  readonly wantedMiB: number;
  readonly what: readonly string[];
}

/** The first file system with too little room, demands added up where several paths share one. */
export const shortageOf = ({ paths }: DiskSpace, demands: readonly Demand[]): Shortage | undefined => {
  const known = demands.flatMap((demand) => {
    const place = paths[demand.path] ?? paths['/'];
    return place === undefined ? [] : [{ ...demand, ...place }];
  });
  return [...Map.groupBy(known, ({ mount }) => mount)]
    .map(([mount, here]) => ({
      mount,
      available: here[0]?.availableBytes ?? 0,
      wanted: here.reduce((sum, { bytes }) => sum + bytes, 0),
      what: here.map(({ what }) => what),
    }))
    .filter(({ available, wanted }) => available < wanted)
    .map(({ mount, available, wanted, what }) => ({
      mount,
      availableMiB: Math.floor(available / MiB),
      wantedMiB: Math.ceil(wanted / MiB),
      what,
    }))[0];
};
