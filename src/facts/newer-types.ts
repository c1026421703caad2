import { createHash } from 'node:crypto';
import type { ServedType } from './served-apis.ts';

/** A type that one API server serves and that another one does not, or stores in a version that the other one does not serve. */
export interface NewerType {
  readonly group: string;
  /** A version in which the newer one serves it. */
  readonly version: string;
  readonly resource: string;
  /**
   * Missing where the older one does not serve the type at all. Otherwise the version in which the newer one stores it,
   * empty where it is none of those that it serves.
   */
  readonly storedAs?: string;
}

/** Source: k8s.io/apiserver, pkg/endpoints/discovery/storageversionhash.go; recorded on the lab, 1.35.4 and 1.36.3. */
export const storageVersionHash = (group: string, version: string, kind: string): string =>
  createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');

const nameOf = ({ group, resource }: ServedType): string => `${resource}.${group}`;

/**
 * What an API server knows that an older one does not, by what each serves. The same stored version, or one that the older
 * one serves, is no difference: what it serves it can read.
 */
export const newerTypes = (now: readonly ServedType[], then: readonly ServedType[]): readonly NewerType[] => {
  const before = Map.groupBy(then, nameOf);
  return [...Map.groupBy(now, nameOf)].flatMap(([name, versions]) => {
    const [first] = versions;
    if (first === undefined) return [];
    const { group, version, resource, kind, storedAs: hash } = first;
    const newer = { group, version, resource };
    const known = before.get(name);
    if (known === undefined) return [newer];
    if (known.some(({ storedAs }) => storedAs === hash)) return [];
    const isStored = (each: ServedType): boolean => storageVersionHash(group, each.version, kind) === hash;
    return known.some(isStored) ? [] : [{ ...newer, storedAs: versions.find(isStored)?.version ?? '' }];
  });
};
