import type { Finding } from '../documents/finding.ts';
import type { Path } from '../documents/raw.ts';

interface Use {
  /** Undefined: not known, compared with nothing. */
  readonly key: string | undefined;
  readonly path: Path;
}

/** A finding for every use of a key but its first. */
export const firstUses = <Item extends Use>(
  uses: readonly Item[],
  message: (again: { readonly key: string; readonly first: Item; readonly use: Item }) => string,
): Finding[] => {
  const seen = new Map<string, Item>();
  return uses.flatMap((use) => {
    if (use.key === undefined) return [];
    const first = seen.get(use.key);
    if (first !== undefined) return [{ path: use.path, message: message({ key: use.key, first, use }) }];
    seen.set(use.key, use);
    return [];
  });
};
