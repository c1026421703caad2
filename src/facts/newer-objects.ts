import { z } from 'zod';
import { firstObjects } from '../commands/api-discovery.ts';
import type { Version } from '../model/version.ts';
import { defineFact, followingFact, type Fact } from './fact.ts';
import { newerTypes, type NewerType } from './newer-types.ts';
import { linesBeforeEnd, readJson } from './read-text.ts';
import { servedApis, servedThenApis } from './served-apis.ts';
import { throughApi } from './through-api.ts';

/** Objects of a type that an older API server does not know as the one of now does. */
export interface NewerObjects extends NewerType {
  /** The first of them: `default/web`, without a namespace `web`. */
  readonly names: readonly string[];
  readonly count: number;
}

const list = z.object({
  metadata: z.object({ remainingItemCount: z.number().optional() }),
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })),
});

const pathOf = ({ group, version, resource }: NewerType): string =>
  `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`;

/** The first of them of each type. Source: kubernetes.io, API concepts, `limit` and `remainingItemCount`; recorded on the lab. */
export const firstOf = (version: Version, types: readonly NewerType[]): Fact<readonly NewerObjects[]> =>
  defineFact({
    id: 'newer-objects',
    parameters: [version],
    subject: 'node',
    command: (place) => firstObjects(place, types.map(pathOf)),
    parse: throughApi((output) => {
      const lines = linesBeforeEnd(output);
      const lists = lines?.map((line) => list.safeParse(readJson(line)).data);
      if (lists?.length !== types.length) return { unreadable: output.stdout.slice(0, 300) || output.stderr };
      const value: NewerObjects[] = [];
      for (const [index, type] of types.entries()) {
        const found = lists[index];
        if (found === undefined) return { unreadable: lines?.[index]?.slice(0, 300) ?? '' };
        const names = found.items.map(({ metadata: { name, namespace } }) =>
          namespace === undefined ? name : `${namespace}/${name}`,
        );
        if (names.length > 0)
          value.push({ ...type, names, count: names.length + (found.metadata.remainingItemCount ?? 0) });
      }
      return { value };
    }),
  });

/**
 * Objects of types that the API server of now serves, and that the one of `version` did not, or could not read as they are
 * stored now. Absent where the node did not keep what was served then. Source: kubernetes.io, API concepts.
 */
export const newerObjects = (version: Version): Fact<readonly NewerObjects[]> => {
  const then = servedThenApis(version);
  return followingFact({
    id: 'newer-objects',
    parameters: [version],
    needs: [servedApis, then],
    ask: (now, before) => {
      const types = newerTypes(now, before);
      return types.length === 0 ? { value: [] } : firstOf(version, types);
    },
  });
};
