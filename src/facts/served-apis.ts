import { z } from 'zod';
import { served } from '../commands/api-discovery.ts';
import { servedThen } from '../commands/restore-point.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { linesBeforeEnd, readJson } from './read-text.ts';
import { throughApi } from './through-api.ts';

/** One version of a type that is stored in etcd, as an API server serves it. */
export interface ServedType {
  /** Empty for the core. */
  readonly group: string;
  readonly version: string;
  /** `mutatingadmissionpolicies` */
  readonly resource: string;
  readonly kind: string;
  /** Tells in which version new objects are stored, whatever version they are written in. */
  readonly storedAs: string;
}

const document = z.object({
  kind: z.literal('APIResourceList'),
  groupVersion: z.string(),
  resources: z.array(
    z.object({ name: z.string(), kind: z.string(), storageVersionHash: z.string().optional() }).loose(),
  ),
});

const typesIn = (line: string): readonly ServedType[] | undefined => {
  const found = document.safeParse(readJson(line)).data;
  if (found === undefined) return undefined;
  const [version = '', group = ''] = found.groupVersion.split('/').toReversed();
  return found.resources.flatMap(({ name: resource, kind, storageVersionHash: storedAs }) =>
    storedAs === undefined || storedAs === '' || resource.includes('/')
      ? []
      : [{ group, version, resource, kind, storedAs }],
  );
};

const readAll = (output: Output): Parsed<readonly ServedType[]> => {
  const lines = linesBeforeEnd(output);
  if (lines === undefined) return { unreadable: output.stdout.slice(0, 300) || output.stderr };
  const types: ServedType[] = [];
  for (const line of lines) {
    const found = typesIn(line);
    if (found === undefined) return { unreadable: line.slice(0, 300) };
    types.push(...found);
  }
  return { value: types };
};

/**
 * What this control plane's API server itself serves and stores; neither custom resources nor what other servers serve.
 * Source: kubernetes.io, API concepts, "Discovery API"; `storageVersionHash` of k8s.io/apimachinery's APIResource;
 * recorded on the lab.
 */
export const servedApis = defineFact<readonly ServedType[]>({
  id: 'served-apis',
  subject: 'node',
  command: served,
  parse: throughApi(readAll),
});

/** The same of the time when the node was on a version, as it kept it then; absent where it did not. */
export const servedThenApis = (version: Version): Fact<readonly ServedType[]> =>
  defineFact({
    id: 'served-then',
    parameters: [version],
    subject: 'node',
    command: servedThen(version),
    parse: (output) => (output.code === 0 && output.stdout.trim() === '' ? { absent: true } : readAll(output)),
  });
