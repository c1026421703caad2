import { dirname, resolve } from 'node:path';
import type { InputProblem } from '../model/errors.ts';
import { inOrder, toProblems } from '../documents/finding.ts';
import type { Finding } from '../documents/finding.ts';
import { toFindings } from '../documents/issues.ts';
import { asMap } from '../documents/raw.ts';
import type { Path, RawMap } from '../documents/raw.ts';
import { readYaml } from '../documents/yaml-source.ts';
import type { YamlSource } from '../documents/yaml-source.ts';
import { generateClusters } from './generate.ts';
import { resolveReferences, type Surroundings } from './references.ts';
import { fleetSchema, sharedSchema, singleName, singleSchema } from './schema.ts';
import type { ClusterSettings, SharedSettings } from './schema.ts';
import { isFleet } from './sketch.ts';

/** One file of an inventory: its data with references resolved and copies written out, and the way back to its lines. */
export interface InventoryFile {
  readonly yaml: YamlSource;
  readonly root: RawMap;
  readonly findings: readonly Finding[];
  /** Where a value of the data is written. */
  readonly asWritten: (path: Path) => Path;
  /** Where the file lies, as an absolute path. */
  readonly directory: string;
}

const example = 'begin with `apiVersion: nodeops/v1` and `kind: Inventory`; docs/inventory.md has an example';

/** The data of one file, or what makes it unreadable. Never throws. */
export const readInventoryFile = (
  text: string,
  around: Surroundings,
): InventoryFile | { readonly problems: readonly InputProblem[] } => {
  const yaml = readYaml(text, around.file);
  if (!yaml.readable) return { problems: inOrder(yaml.problems) };
  const root = asMap(yaml.value);
  if (root === undefined) {
    const isEmpty = yaml.value === null || yaml.value === undefined;
    const message = isEmpty ? 'the inventory is empty' : 'expected a map at the top';
    return { problems: inOrder([...yaml.problems, ...toProblems([{ path: [], message, hint: example }], yaml)]) };
  }
  const { asWritten, findings, root: generated } = generateClusters(root);
  const resolved = resolveReferences(generated, around);
  return {
    yaml,
    root: asMap(resolved.value) ?? {},
    findings: [...findings, ...resolved.findings],
    asWritten,
    directory: dirname(resolve(around.cwd, around.file)),
  };
};

/** The line of a value, or of its key: `prod.yaml:12`. */
export const lineIn = ({ yaml, asWritten }: InventoryFile, path: Path, at: 'key' | 'value'): string =>
  `${yaml.file}:${yaml.locate(asWritten(path), at).line}`;

/** What a valid file gives to the inventory. */
export interface FileSettings {
  readonly shared: SharedSettings;
  readonly clusters: readonly ClusterSettings[];
}

/** The keys that a file may have which holds no cluster of its own. */
const sharedKeys: ReadonlySet<string> = new Set(Object.keys(sharedSchema.shape));

/** True for a file among several that only says what clusters share. */
export const isShared = (root: RawMap): boolean =>
  !isFleet(root) && Object.keys(root).every((key) => sharedKeys.has(key));

type Issues = Parameters<typeof toFindings>[0];

const checkForm = (root: RawMap, alone: boolean): FileSettings | { readonly issues: Issues } => {
  if (isFleet(root)) {
    const { data, error } = fleetSchema.safeParse(root);
    return data === undefined ? { issues: error.issues } : { shared: data, clusters: data.clusters };
  }
  if (!alone && isShared(root)) {
    const { data, error } = sharedSchema.safeParse(root);
    return data === undefined ? { issues: error.issues } : { shared: data, clusters: [] };
  }
  const { data, error } = singleSchema.safeParse(root);
  if (data === undefined) return { issues: error.issues };
  const { apiVersion, kind, defaults, ...own } = data;
  const shared = { apiVersion, kind, ...(defaults === undefined ? {} : { defaults }) };
  return { shared, clusters: [{ ...own, name: own.name ?? singleName }] };
};

/** A file checked on its own; `before` and `after`: what else was found in it. Of several about one value the first counts. */
export const validateFile = (
  file: InventoryFile,
  alone: boolean,
  { before, after }: { readonly before: readonly Finding[]; readonly after: readonly Finding[] },
): FileSettings | { readonly problems: readonly InputProblem[] } => {
  const { root, yaml, asWritten } = file;
  const found = checkForm(root, alone);
  const written = (path: Path): string | undefined => yaml.written(asWritten(path));
  const issues = 'issues' in found ? toFindings(found.issues, { value: root, written }) : [];
  const findings = [...before, ...issues, ...after].map((finding) => ({ ...finding, path: asWritten(finding.path) }));
  const problems = inOrder([...yaml.problems, ...toProblems(findings, yaml)]);
  return 'issues' in found || problems.length > 0 ? { problems } : found;
};
