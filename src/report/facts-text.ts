import { noPaint } from './paint.ts';
import type { Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** What was seen of one node, already worded: `{ kubelet: '1.35.4 (running 1.35.4)' }`. */
export interface NodeFacts {
  readonly node: string;
  readonly rows: Readonly<Record<string, string>>;
}

/** A line a node, a column a fact, in the order in which the facts first appear; `–` where a node has none. */
export const factsText = (nodes: readonly NodeFacts[], paint: Paint = noPaint): string => {
  if (nodes.length === 0) return 'no nodes\n';
  const names = [...new Set(nodes.flatMap(({ rows }) => Object.keys(rows)))];
  const heading = ['node', ...names].map((name) => paint('strong', name));
  const lines = nodes.map(({ node, rows }) => [node, ...names.map((name) => rows[name] ?? paint('faint', '–'))]);
  return `${alignColumns([heading, ...lines]).join('\n')}\n`;
};
