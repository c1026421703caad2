import type { Cluster } from '../model/cluster.ts';
import { InvalidInput, UsageError } from '../model/errors.ts';
import { selects } from '../model/label-selector.ts';
import { atOnce } from './at-once.ts';
import { buildCluster, type BuildContext } from './build.ts';
import { buildWave } from './build-wave.ts';
import type { Finding } from '../documents/finding.ts';
import { gather, type Gathered } from './gather.ts';
import { lineIn, readInventoryFile, validateFile, type FileSettings, type InventoryFile } from './inventory-file.ts';
import { readPlaces, type InventoryText } from './inventory-places.ts';
import { readManifests } from './manifests.ts';
import type { Manifests } from './manifests.ts';
import { originsIn, type Origins } from './origins.ts';
import type { Path } from '../documents/raw.ts';
import { crossFieldFindings } from './rules.ts';
import { layersFor } from './shared-settings.ts';
import type { ClusterSettings, SharedSettings } from './schema.ts';

/** The world around an inventory, given by the caller. */
export interface InventorySources {
  /** As the operator typed it, several with commas between them: messages begin with the one that they are about. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The operator's home directory. */
  readonly home: string;
  /** Reads a text file by its absolute path; throws as `node:fs` does. */
  readonly readFile: (path: string) => string;
  /** Names of what is in a directory, by its absolute path; throws as `node:fs` does. */
  readonly listDirectory?: (path: string) => readonly string[];
  /** What a relative `file` is relative to; the current directory unless said. */
  readonly cwd?: string;
}

export interface Inventory {
  readonly clusters: readonly Cluster[];
  /** Where the values of a cluster, and of each of its nodes, come from. */
  readonly origins: (cluster: string) => Origins;
}

/**
 * Reads the files of the inventory and everything that they refer to.
 * @throws UsageError when a file cannot be read. @throws InvalidInput with all problems at once.
 */
export const loadInventory = (sources: InventorySources): Inventory => parseFiles(readPlaces(sources), sources);

/**
 * An inventory's text → its clusters, layers applied, defaults filled in. Total: clusters or InvalidInput.
 * @throws InvalidInput with all problems at once, in the order of the file.
 */
export const parseInventory = (text: string, sources: InventorySources): Inventory =>
  parseFiles([{ file: sources.file, text }], sources);

/** The same of several files, which are one inventory. @throws InvalidInput with all problems, file by file. */
export const parseFiles = (texts: readonly InventoryText[], sources: InventorySources): Inventory => {
  const { cwd = process.cwd(), env, home } = sources;
  const files = readable(texts.map(({ file, text }) => readInventoryFile(text, { file, cwd, env, home })));
  const gathered = gather(files);
  const manifests = readManifests(gathered.sketch, sources.readFile);
  const operator = { login: [env['USER'], env['LOGNAME']].find((name) => name !== undefined && name !== ''), home };
  const settings = validate(files, gathered, manifests, operator.login);
  if (settings.clusters.length === 0)
    throw new UsageError(
      `the inventory ${sources.file} has no cluster in any of its files\n    docs/inventory.md has an example`,
    );
  return build(settings, gathered, { operator, manifests: manifests.texts });
};

const isRead = (file: ReturnType<typeof readInventoryFile>): file is InventoryFile => 'root' in file;

const readable = (
  files: readonly ReturnType<typeof readInventoryFile>[],
): readonly [InventoryFile, ...InventoryFile[]] => {
  const broken = files.flatMap((file) => (isRead(file) ? [] : file.problems));
  const [first, ...others] = files.filter(isRead);
  if (first === undefined || broken.length > 0) throw new InvalidInput(broken);
  return [first, ...others];
};

interface Valid {
  readonly shared: SharedSettings;
  readonly clusters: readonly ClusterSettings[];
}

const isValid = (found: ReturnType<typeof validateFile>): found is FileSettings => 'clusters' in found;

const validate = (
  files: readonly InventoryFile[],
  { sketch, place, findings }: Gathered,
  manifests: Manifests,
  login: string | undefined,
): Valid => {
  const alone = files.length === 1;
  const placeOf = (path: Path): string => {
    const { file, path: own } = place(path);
    const line = lineIn(file, own, 'value');
    return alone ? line.replace(/^.*:/, 'line ') : line;
  };
  const across = crossFieldFindings(sketch, { placeOf, login });
  const inFile = (all: readonly Finding[], file: InventoryFile): readonly Finding[] =>
    all.flatMap((finding) => {
      const found = place(finding.path);
      return found.file === file ? [{ ...finding, path: found.path }] : [];
    });
  const checked = files.map((file) =>
    validateFile(file, alone, {
      before: [...file.findings, ...inFile(across, file), ...(findings.get(file) ?? [])],
      after: inFile(manifests.findings, file),
    }),
  );
  const problems = checked.flatMap((found) => (isValid(found) ? [] : found.problems));
  if (problems.length > 0) throw new InvalidInput(problems);
  const valid = checked.filter(isValid);
  return {
    shared: valid.map(({ shared }) => shared).reduce((all, each) => ({ ...all, ...each })),
    clusters: valid.flatMap(({ clusters }) => clusters),
  };
};

const build = (
  { shared, clusters }: Valid,
  { sketch, place }: Gathered,
  rest: Pick<BuildContext, 'operator' | 'manifests'>,
): Inventory => {
  const lineOf = (path: Path, at: 'key' | 'value'): string => {
    const { file, path: own } = place(path);
    return lineIn(file, own, at);
  };
  const directoryOf = (key: string): string => place([key]).file.directory;
  const waves = (shared.waves ?? []).map((wave, order) =>
    buildWave(wave, { order, source: lineOf(['waves', order], 'value'), directory: directoryOf('waves') }),
  );
  const built = clusters.map((settings, index) => {
    const path = sketch.clusters[index]?.path ?? [];
    const cluster = buildCluster(settings, {
      ...rest,
      source: lineOf(path, 'value'),
      windowSource: originsIn(sketch, settings.name, lineOf)(['window'])?.at ?? '',
      layers: [
        ...layersFor(settings, { settings: shared, directoryOf }),
        { settings, directory: place(path).file.directory },
      ],
    });
    const wave = waves.find(({ selector }) => selects(selector.labels, cluster.labels));
    const limits = atOnce(shared.limits, cluster.labels);
    return { ...cluster, ...(wave === undefined ? {} : { wave }), ...(limits.length === 0 ? {} : { atOnce: limits }) };
  });
  return { clusters: built, origins: (name) => originsIn(sketch, name, lineOf) };
};
