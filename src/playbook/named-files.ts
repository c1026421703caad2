import type { Finding } from '../documents/finding.ts';
import type { Path } from '../documents/raw.ts';
import { findStep } from './known.ts';
import type { Playbook, PlaybookItem } from './schema.ts';

/**
 * Reads a file that a playbook names, by the name as it stands there (seen from the playbook's own directory). Throws as
 * `node:fs` does.
 */
export type ReadNamed = (name: string) => string;

/** A file travels with its step, and lies in memory for each node. */
const longestBytes = 1024 * 1024;

const troubleWith = (text: string): string | undefined => {
  if (text.includes('\0') || text.includes('\uFFFD')) return 'is no text in UTF-8';
  return Buffer.byteLength(text) > longestBytes ? 'is longer than 1 MiB' : undefined;
};

const whyUnread = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by you';
  return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
};

interface Filled {
  readonly item: PlaybookItem;
  readonly findings: readonly Finding[];
}

const fillUse = (item: Extract<PlaybookItem, { readonly uses: string }>, path: Path, readNamed: ReadNamed): Filled => {
  const given: Record<string, unknown> = { ...item.with };
  const findings: Finding[] = [];
  for (const [names, gets] of Object.entries(findStep(item.uses)?.files ?? {})) {
    const name = given[names];
    if (typeof name !== 'string') continue;
    const at = { path: [...path, 'with', names] };
    if (gets in given) {
      findings.push({ ...at, message: `${names} and ${gets} say the same thing: leave one of them out` });
      continue;
    }
    try {
      const text = readNamed(name);
      const trouble = troubleWith(text);
      if (trouble !== undefined) findings.push({ ...at, message: `the file ${name} ${trouble}` });
      given[gets] = text;
    } catch (error) {
      findings.push({ ...at, message: `the file ${name} ${whyUnread(error)}` });
    }
  }
  return { item: item.with === undefined ? item : { ...item, with: given }, findings };
};

const fillItems = (items: readonly PlaybookItem[], path: Path, readNamed: ReadNamed): readonly Filled[] =>
  items.map((item, index) => {
    const at = [...path, index];
    if ('uses' in item) return fillUse(item, at, readNamed);
    const inner = fillItems(item.steps, [...at, 'steps'], readNamed);
    return {
      item: { ...item, steps: inner.map((each) => each.item) },
      findings: inner.flatMap(({ findings }) => findings),
    };
  });

/** The playbook with the text of each file that it names beside its name; what cannot be read is a finding. */
export const withNamedFiles = (
  playbook: Playbook,
  readNamed: ReadNamed,
): { readonly playbook: Playbook; readonly findings: readonly Finding[] } => {
  const filled = playbook.phases.map((phase, index) => ({
    phase,
    items: fillItems(phase.steps, ['phases', index, 'steps'], readNamed),
  }));
  return {
    playbook: {
      ...playbook,
      phases: filled.map(({ phase, items }) => ({ ...phase, steps: items.map(({ item }) => item) })),
    },
    findings: filled.flatMap(({ items }) => items.flatMap(({ findings }) => findings)),
  };
};
