import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { scratch } from '../commands/build.ts';
import { diff, type ManifestManager } from '../commands/kubectl.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { throughApi } from './through-api.ts';

export interface ManifestDifference {
  readonly differs: boolean;
  /**
   * What `kubectl diff` shows, without what differs from one asking to the next (temporary paths, times, the uid that
   * a new object would get); kubectl masks the values of Secrets.
   */
  readonly text: string;
  /** What other managers have of it, where that is a conflict: `"kubectl-create" using v1: .data.x`. */
  readonly conflict?: string;
}

const found = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }).optional(),
  spec: z.object({ group: z.string(), names: z.object({ kind: z.string() }) }).optional(),
});
type Found = z.infer<typeof found>;

/** The objects of a manifest that others in it may need first: namespaces and definitions of kinds. */
const definitions = (manifest: string): readonly Found[] => {
  try {
    const documents: readonly { toJS: () => unknown }[] = parseAllDocuments(manifest, { logLevel: 'silent' });
    return documents.map((document) => found.safeParse(document.toJS()).data).filter((one) => one !== undefined);
  } catch {
    return [];
  }
};

/** The server cannot try an object whose namespace or kind it does not have yet: recorded on the lab, 1.35.4. */
const comesWithIt = (stderr: string, manifest: string): string | undefined => {
  const namespace = /namespaces "([^"]+)" not found/.exec(stderr)?.[1];
  const [, kind, group] = /no matches for kind "([^"]+)" in version "([^"/]+)\//.exec(stderr) ?? [];
  const own = definitions(manifest);
  if (own.some((one) => one.kind === 'Namespace' && one.metadata?.name === namespace)) {
    return `the cluster has no namespace ${namespace} yet`;
  }
  return own.some(({ spec }) => spec !== undefined && spec.group === group && spec.names.kind === kind)
    ? `the cluster has no kind ${kind} (${group}) yet`
    : undefined;
};

const settled = (shown: string): string =>
  shown
    .replace(/^diff .*\n/gm, '')
    .replace(/^([-+]{3}) \/\S*\/(?:LIVE|MERGED)-\d+\/(\S+)\t.*$/gm, (_, sign: string, name: string) =>
      sign === '---' ? `--- live ${name}` : `+++ wished ${name}`,
    )
    .replace(/^\+ {2}(creationTimestamp|uid): .*\n/gm, '');

const parseDiff = ({ stdout, code }: Output): Parsed<ManifestDifference> => ({
  value: { differs: code === 1, text: settled(stdout) },
});

const answer = throughApi(parseDiff, { answers: [0, 1] });

/** kubectl tells one manager after the other, each with the fields that it has: recorded on the lab, 1.35.4. */
const conflictIn = (stderr: string): string | undefined =>
  /Apply failed with \d+ conflicts?: ([^]*?)(?:\nPlease review|\n*$)/
    .exec(stderr)?.[1]
    ?.split(/conflicts? with /)
    .map((manager) => manager.replaceAll('\n- ', ' ').trim())
    .filter((manager) => manager !== '')
    .join('; ');

const parse = (output: Output, manifest: string): Parsed<ManifestDifference> => {
  const conflict = output.code > 1 ? conflictIn(output.stderr) : undefined;
  if (conflict !== undefined) return { value: { differs: true, text: '', conflict } };
  const text = output.code > 1 ? comesWithIt(output.stderr, manifest) : undefined;
  if (text !== undefined) return { value: { differs: true, text } };
  const parsed = answer(output);
  // A namespace that is neither there nor in the manifest: nothing is missing, the manifest is wrong.
  return 'absent' in parsed ? { unreadable: output.stderr.trim() } : parsed;
};

/**
 * Whether the cluster has what a manifest says, by a server-side dry run that changes nothing (tried: all objects with
 * their managedFields were the same afterwards). kubectl keeps two temporary directories meanwhile, hence `scratch`.
 * Source: kubectl diff --help (rc 0 same, 1 different, above: an error); recorded on the lab, 1.35.4.
 */
export const manifestDifference = (name: string, manifest: string, by?: ManifestManager): Fact<ManifestDifference> =>
  defineFact({
    id: 'manifest-difference',
    parameters: [name],
    subject: 'cluster',
    // It may hold Secrets: on standard input it is in no process list.
    command: (place) => scratch(diff(place, manifest, {}, by).argv, { stdin: manifest, secret: by !== undefined }),
    parse: (output) => parse(output, manifest),
  });
