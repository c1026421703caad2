import { addonSketches } from './addon-rules.ts';
import type { Finding } from '../documents/finding.ts';
import { asMap, asText, type Path } from '../documents/raw.ts';
import { kubeadmDocumentsTrouble } from './kubeadm-documents.ts';
import type { Sketch } from './sketch.ts';

export interface Manifests {
  /** The text of each manifest by its absolute path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Why a file cannot be read, in words, from what `node:fs` throws. */
export const readingProblem = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by you';
  return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
};

interface Named {
  readonly path: Path;
  readonly file: string | undefined;
  /** `the manifest`: for messages. */
  readonly what: string;
  readonly trouble: (text: string) => string | undefined;
}

const addonManifests = ({ clusters }: Sketch): readonly Named[] =>
  clusters.flatMap(addonSketches).map(({ path, raw }) => ({
    path: [...path, 'manifest'],
    file: asText(raw['manifest']),
    what: 'the manifest',
    trouble: (text) => (text.trim() === '' ? 'is empty' : undefined),
  }));

const kubeadmConfigurations = ({ layers, clusters }: Sketch): readonly Named[] =>
  [...layers, ...clusters].map(({ path, raw }) => ({
    path: [...path, 'create', 'configuration'],
    file: asText(asMap(raw['create'])?.['configuration']),
    what: 'the configuration',
    trouble: kubeadmDocumentsTrouble,
  }));

/** Reads every file that the inventory names, once. One that cannot be read, or is not what it must be, is a finding. */
export const readManifests = (inventory: Sketch, readFile: (path: string) => string): Manifests => {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path, file, what, trouble } of [...addonManifests(inventory), ...kubeadmConfigurations(inventory)]) {
    if (file === undefined || file.trim() === '' || texts.has(file)) continue;
    try {
      const text = readFile(file);
      texts.set(file, text);
      const wrong = trouble(text);
      if (wrong !== undefined) findings.push({ path, message: `${what} ${file} ${wrong}` });
    } catch (error) {
      findings.push({ path, message: `${what} ${file} ${readingProblem(error)}` });
    }
  }
  return { texts, findings };
};
