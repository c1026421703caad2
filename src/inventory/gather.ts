import type { Finding } from '../documents/finding.ts';
import { asList } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import { isShared, lineIn, type InventoryFile } from './inventory-file.ts';
import { singleName } from './schema.ts';
import { isFleet, sketch, type Sketch } from './sketch.ts';

/** A value of the inventory as a whole, in the file that it stands in. */
export interface Place {
  readonly file: InventoryFile;
  readonly path: Path;
}

/** Several files as one inventory in the long form. */
export interface Gathered {
  readonly sketch: Sketch;
  readonly place: (path: Path) => Place;
  /** Findings of single files that come of there being others. */
  readonly findings: ReadonlyMap<InventoryFile, readonly Finding[]>;
}

/** What all clusters share stands in one file: two of them would leave open which counts. */
const once = ['defaults', 'environments', 'regions', 'limits', 'waves'] as const;

/** In the short form the others are no keys: its schema says so. */
const sharedBy = ({ root }: InventoryFile, alone: boolean): readonly (typeof once)[number][] =>
  isFleet(root) || (!alone && isShared(root)) ? once : ['defaults'];

const ownClusters = (
  file: InventoryFile,
  alone: boolean,
): readonly { readonly raw: unknown; readonly path: Path }[] => {
  const { root } = file;
  if (isFleet(root)) return asList(root['clusters']).map((raw, index) => ({ raw, path: ['clusters', index] }));
  if (!alone && isShared(root)) return [];
  // What a single cluster shares with others stands at the top as well, and is not its own.
  const { defaults: _defaults, ...own } = root;
  return [{ raw: Object.hasOwn(root, 'name') ? own : { ...own, name: singleName }, path: [] }];
};

/** All files as one, with the way back from each value to its file. */
export const gather = (files: readonly [InventoryFile, ...InventoryFile[]]): Gathered => {
  const [first] = files;
  const alone = files.length === 1;
  const findings = new Map<InventoryFile, readonly Finding[]>();
  const holders = new Map<string, InventoryFile>();
  const shared: Record<string, unknown> = {};
  for (const file of files)
    for (const key of sharedBy(file, alone)) {
      if (!Object.hasOwn(file.root, key)) continue;
      const holder = holders.get(key);
      if (holder === undefined) {
        holders.set(key, file);
        shared[key] = file.root[key];
        continue;
      }
      const message = `${key} of the inventory are in ${lineIn(holder, [key], 'key')} already`;
      const hint = 'what all clusters share stands in one file';
      findings.set(file, [...(findings.get(file) ?? []), { path: [key], at: 'key', message, hint }]);
    }
  const clusters = files.flatMap((file) => ownClusters(file, alone).map((own) => ({ ...own, file })));
  const root: RawMap = { ...shared, clusters: clusters.map(({ raw }) => raw) };
  const place = (path: Path): Place => {
    const [top, index, ...rest] = path;
    const cluster = top === 'clusters' && typeof index === 'number' ? clusters[index] : undefined;
    if (cluster !== undefined) return { file: cluster.file, path: [...cluster.path, ...rest] };
    return { file: holders.get(String(top)) ?? first, path };
  };
  return { sketch: sketch(root), place, findings };
};
