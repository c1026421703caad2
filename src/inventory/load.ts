import { dirname, resolve } from 'node:path';
import type { Cluster } from '../model/cluster.ts';
import { InvalidInput, UsageError } from '../model/errors.ts';
import { selects } from '../model/label-selector.ts';
import { buildCluster } from './build.ts';
import { buildWave } from './build-wave.ts';
import { inOrder, toProblems } from '../documents/finding.ts';
import type { Finding } from '../documents/finding.ts';
import { toFindings } from '../documents/issues.ts';
import { readingProblem, readManifests } from './manifests.ts';
import type { Manifests } from './manifests.ts';
import { asMap } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import { resolveReferences } from './references.ts';
import { crossFieldFindings } from './rules.ts';
import { fleetSchema, singleName, singleSchema } from './schema.ts';
import type { ClusterSettings, LayerSettings } from './schema.ts';
import type { WaveSettings } from './wave-schema.ts';
import { isFleet, sketch } from './sketch.ts';
import { readYaml } from '../documents/yaml-source.ts';
import type { YamlSource } from '../documents/yaml-source.ts';

/** The world around an inventory, given by the caller. */
export interface InventorySources {
  /** As the operator typed it: messages begin with it. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The operator's home directory. */
  readonly home: string;
  /** Reads a text file by its absolute path; throws as `node:fs` does. */
  readonly readFile: (path: string) => string;
  /** What a relative `file` is relative to; the current directory unless said. */
  readonly cwd?: string;
}

export interface Inventory {
  readonly clusters: readonly Cluster[];
}

/**
 * Reads the inventory file and everything that it refers to.
 * @throws UsageError when the file cannot be read. @throws InvalidInput with all problems at once.
 */
export const loadInventory = (sources: InventorySources): Inventory => parseInventory(readInventory(sources), sources);

const readInventory = ({ file, readFile, cwd = process.cwd() }: InventorySources): string => {
  try {
    return readFile(resolve(cwd, file));
  } catch (error) {
    throw new UsageError(
      `the inventory ${file} ${readingProblem(error)}\n` +
        '    name another with --inventory FILE, or begin with the example in docs/inventory.md',
      { cause: error },
    );
  }
};

/**
 * An inventory's text → its clusters, layers applied, defaults filled in. Total: clusters or InvalidInput.
 * @throws InvalidInput with all problems at once, in the order of the file.
 */
export const parseInventory = (text: string, sources: InventorySources): Inventory => {
  const yaml = readYaml(text, sources.file);
  if (!yaml.readable) throw new InvalidInput(inOrder(yaml.problems));
  const { cwd = process.cwd(), env, home, file } = sources;
  const resolved = resolveReferences(yaml.value, { file, cwd, env, home });
  const root = topMap(resolved.value, yaml);
  const shape = sketch(root);
  const manifests = readManifests(shape, sources.readFile);
  const operator = { login: [env['USER'], env['LOGNAME']].find((name) => name !== undefined && name !== ''), home };
  const placeOf = (path: Path): string => `line ${yaml.locate(path, 'value').line}`;
  const before = [...resolved.findings, ...crossFieldFindings(shape, { placeOf, login: operator.login })];
  const { defaults, clusters, waves } = validate(root, yaml, before, manifests);
  const context = { defaults, operator, manifests: manifests.texts, directory: dirname(resolve(cwd, file)) };
  const lineOf = (place: Path, at: 'key' | 'value'): string => `${file}:${yaml.locate(place, at).line}`;
  const built = waves.map((wave, order) =>
    buildWave(wave, { order, source: lineOf(['waves', order], 'value'), directory: context.directory }),
  );
  return {
    clusters: clusters.map((settings, index) => {
      const path = shape.clusters[index]?.path ?? [];
      const places = { source: lineOf(path, 'value'), windowSource: lineOf([...path, 'window'], 'key') };
      const cluster = buildCluster(settings, places, context);
      const wave = built.find(({ selector }) => selects(selector.labels, cluster.labels));
      return wave === undefined ? cluster : { ...cluster, wave };
    }),
  };
};

const example = 'begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example';

const topMap = (value: unknown, yaml: YamlSource): RawMap => {
  const root = asMap(value);
  if (root !== undefined) return root;
  const message = value === null || value === undefined ? 'the inventory is empty' : 'expected a map at the top';
  throw new InvalidInput(inOrder([...yaml.problems, ...toProblems([{ path: [], message, hint: example }], yaml)]));
};

interface Valid {
  readonly defaults: LayerSettings;
  readonly clusters: readonly ClusterSettings[];
  readonly waves: readonly WaveSettings[];
}

const validate = (root: RawMap, yaml: YamlSource, before: readonly Finding[], manifests: Manifests): Valid => {
  const found = isFleet(root) ? fleetSchema.safeParse(root) : singleSchema.safeParse(root);
  const issues = found.success
    ? []
    : toFindings(found.error.issues, { value: root, written: (path) => yaml.written(path) });
  const findings = [...before, ...issues, ...manifests.findings];
  const problems = inOrder([...yaml.problems, ...toProblems(findings, yaml)]);
  if (!found.success || problems.length > 0) throw new InvalidInput(problems);
  const { defaults = {} } = found.data;
  if ('clusters' in found.data) return { defaults, clusters: found.data.clusters, waves: found.data.waves ?? [] };
  return { defaults, clusters: [{ ...found.data, name: found.data.name ?? singleName }], waves: [] };
};
