import { z } from 'zod';
import { read } from '../commands/build.ts';
import { kubectlArgv } from '../commands/kubectl.ts';
import { quoteWord } from '../commands/quote.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';
import { at, json, maybeTime, readTabRows, tabRows } from './tab-rows.ts';
import { throughApi } from './through-api.ts';

/** Where to look for objects: a resource as kubectl takes it, and a namespace. */
export interface HeldPlace {
  readonly resource: string;
  readonly namespace: string;
}

/** An object of a namespace that was told to go. */
export interface HeldObject extends HeldPlace {
  readonly name: string;
  readonly uid: string;
  readonly finalizers: readonly string[];
}

const table = {
  asks: {
    name: at('.metadata.name'),
    uid: at('.metadata.uid'),
    finalizers: at('.metadata.finalizers'),
    due: at('.metadata.deletionTimestamp'),
  },
  reads: {
    name: z.string().min(1),
    uid: z.string().min(1),
    finalizers: json(z.array(z.string()), []),
    due: maybeTime,
  },
} as const;

/** Asks for one place after the other; the first that cannot be asked ends it, with kubectl's own words. */
const script = `places=$1; shift
for place in $places; do
  echo "= $place"
  "$@" --namespace="\${place#*/}" get "\${place%%/*}" ${quoteWord(tabRows(table))} || exit
done`;

const readPlace = (block: string): Parsed<readonly HeldObject[]> => {
  const [head = '', ...lines] = block.split('\n');
  const [resource = '', namespace = ''] = head.split('/');
  const rows = readTabRows(table, (row) => row)({ stdout: lines.join('\n'), stderr: '', code: 0 });
  if (!('value' in rows)) return rows;
  return {
    value: rows.value.flatMap(({ due, ...row }) => (due === undefined ? [] : [{ resource, namespace, ...row }])),
  };
};

const parse = ({ stdout }: Output): Parsed<readonly HeldObject[]> => {
  const [before = '', ...blocks] = stdout.split(/^= /m);
  if (before !== '') return { unreadable: before };
  const value: HeldObject[] = [];
  for (const block of blocks) {
    const place = readPlace(block);
    if (!('value' in place)) return place;
    value.push(...place.value);
  }
  return { value };
};

/**
 * Objects that were deleted and are still there, in some places. An object with finalizers stays until they are taken
 * off. Source: kubernetes.io, Finalizers.
 */
export const heldObjects = (places: readonly HeldPlace[]): Fact<readonly HeldObject[]> => {
  const words = places.map(({ resource, namespace }) => `${resource}/${namespace}`);
  return defineFact({
    id: 'held-objects',
    parameters: words,
    subject: 'cluster',
    command: (place) => read(['sh', '-c', script, 'sh', words.join(' '), ...kubectlArgv(place)]),
    parse: throughApi(parse),
  });
};
