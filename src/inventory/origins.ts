import { valueAt } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import type { Sketch } from './sketch.ts';

/** Where a value is written. */
export interface Origin {
  /** `defaults`, `environment prod`, `region eu`, `cluster`, `node`. */
  readonly layer: string;
  /** `prod.yaml:12`. */
  readonly at: string;
}

/**
 * Of the values of one cluster, and of its nodes: the most special layer that says something at this place, which is
 * the one that counts. Undefined: nobody says anything, and it is nodeops' own default.
 */
export type Origins = (path: Path, node?: string) => Origin | undefined;

interface Layer {
  readonly title: string;
  readonly path: Path;
  readonly raw: RawMap;
}

/** The origins of a cluster that is there. `lineOf`: where something is written. */
export const originsIn = (
  sketch: Sketch,
  name: string,
  lineOf: (path: Path, at: 'key' | 'value') => string,
): Origins => {
  const cluster = sketch.clusters.find((each) => each.name === name);
  const shared = (cluster?.layers ?? []).map(({ path, raw, holdsFor }): Layer => {
    const title = holdsFor === undefined ? 'defaults' : `${holdsFor.label} ${holdsFor.value}`;
    return { title, path, raw };
  });
  const own = cluster === undefined ? [] : [{ title: 'cluster', path: cluster.path, raw: cluster.raw }];
  return (path, node) => {
    const nodes = (cluster?.nodes ?? [])
      .filter((each) => node !== undefined && each.name === node)
      .map((each): Layer => ({ title: 'node', path: each.path, raw: each.raw }));
    const found = [...shared, ...own, ...nodes].findLast(({ raw }) => valueAt(raw, path) !== undefined);
    return found === undefined ? undefined : { layer: found.title, at: lineOf([...found.path, ...path], 'key') };
  };
};
