import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fault that a careless change could bring into the product, as a patch. */
export interface Mutant {
  readonly name: string;
  readonly path: string;
  /** Of design.md, section 3; 0 where it breaks none of them and only keeps the cluster from getting where it must. */
  readonly invariant: number;
  /** Options of scripts/sim.ts with which it is looked for: where it can show itself soonest. Empty: everywhere. */
  readonly look: readonly string[];
}

/**
 * The head of a patch: a line `# NAME`, a line `# invariant: N` (`none`: 0), what somebody may have thought, and where
 * to look for it (`# look: --nodes 3+1 --faults etcd-alarm`), where that is not everywhere.
 * @throws RangeError for a patch without it.
 */
export const parseMutant = (path: string, text: string): Mutant => {
  const name = path.slice(path.lastIndexOf('/') + 1, -'.patch'.length);
  const head = text.slice(0, text.indexOf('\ndiff --git ') + 1);
  const [, invariant] = /^# invariant: (\d+|none)\b/m.exec(head) ?? [];
  const thought = /^# thought: \S/m.test(head);
  if (!head.startsWith(`# ${name}\n`) || invariant === undefined || !thought)
    throw new RangeError(
      `${path}: a mutant begins with "# ${name}", "# invariant: N" (or none) and "# thought: …", before its diff`,
    );
  const look = (/^# look: (\S.*)$/m.exec(head)?.[1] ?? '').split(' ').filter((word) => word !== '');
  return { name, path, invariant: invariant === 'none' ? 0 : Number(invariant), look };
};

/** All mutants of a directory, by name. @throws RangeError for a patch without its head. */
export const readMutants = (directory: string): readonly Mutant[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.patch'))
    .toSorted()
    .map((file) => join(directory, file))
    .map((path) => parseMutant(path, readFileSync(path, 'utf8')));
