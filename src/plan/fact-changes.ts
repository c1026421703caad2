import type { FactChange } from '../model/drift.ts';

/** What a plan remembers of one fact: an observation without its time and place. */
export type Remembered =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly text: string }
  | { readonly kind: 'unavailable'; readonly why: string };

/** Parts that never stand still; a change of them is told last. */
const restless =
  /(^|\.)(now|epochMs|asked|revision|raftIndex|raftAppliedIndex|tookMs|renewed|availableBytes|etcdBytes|dbSizeBytes|dbInUseBytes)(\.|$)/;

const longest = 120;
const shorten = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null;

const leafText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Items are told apart by their names where they have one, so that one more does not shift all the others. */
const keysOf = (items: readonly unknown[]): readonly string[] => {
  const names = items.map((item) =>
    typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : '',
  );
  const distinct = !names.includes('') && new Set(names).size === names.length;
  return distinct ? names.map((name) => `[${name}]`) : items.map((_item, index) => `[${index}]`);
};

const missing = 'absent';
const empty = 'none';

const leaves = (value: unknown, path: string, into: Map<string, string>): void => {
  if (isLeaf(value)) {
    if (value !== undefined) into.set(path, leafText(value));
    return;
  }
  if (Array.isArray(value)) {
    if (value.every(isLeaf)) into.set(path, value.map(leafText).join(', ') || empty);
    else keysOf(value).forEach((key, index) => leaves(value[index], `${path}${key}`, into));
    return;
  }
  const entries = Object.entries(value ?? {});
  if (entries.length === 0) into.set(path, empty);
  for (const [key, item] of entries) leaves(item, path === '' ? key : `${path}.${key}`, into);
};

const partsOf = (remembered: Remembered): ReadonlyMap<string, string> => {
  const parts = new Map<string, string>();
  if (remembered.kind === 'value') leaves(remembered.value, '', parts);
  else if (remembered.kind === 'absent') parts.set('', 'absent');
  else if (remembered.kind === 'unreadable') parts.set('', `not understood: ${remembered.text}`);
  else parts.set('', `not known: ${remembered.why}`);
  return parts;
};

/** Whether a part that held nothing holds something now, which is told of each part of it: `none → absent` says nothing. */
const isFilled = (parts: ReadonlyMap<string, string>, path: string): boolean =>
  [...parts.keys()].some(
    (key) => key !== path && (path === '' || key.startsWith(`${path}.`) || key.startsWith(`${path}[`)),
  );

const isUnknown = ({ kind }: Remembered): boolean => kind === 'unavailable' || kind === 'unreadable';

/** Of what was not known before, or is not any more, no part has changed that could be told. */
const wordsOf = (remembered: Remembered): string => partsOf(remembered).get('') ?? 'seen';

/**
 * The parts of a fact that are not what they were. `same` may call two texts the same: the ids of two runs.
 * Pure and total; the order is stable: what moves by itself (clocks, free space, raft's index) comes last.
 */
export const factChanges = (
  fact: string,
  before: Remembered,
  after: Remembered,
  same: (before: string, after: string) => boolean = (one, other) => one === other,
): readonly FactChange[] => {
  if (isUnknown(before) !== isUnknown(after))
    return [{ fact, path: '', before: shorten(wordsOf(before)), after: shorten(wordsOf(after)) }];
  const [were, are] = [partsOf(before), partsOf(after)];
  const changes = [...new Set([...were.keys(), ...are.keys()])].flatMap((path) => {
    const [one, other] = [were.get(path) ?? missing, are.get(path) ?? missing];
    if (one === empty && isFilled(are, path)) return [];
    if (other === empty && isFilled(were, path)) return [];
    return same(one, other) ? [] : [{ fact, path, before: shorten(one), after: shorten(other) }];
  });
  return [...changes.filter(({ path }) => !restless.test(path)), ...changes.filter(({ path }) => restless.test(path))];
};
