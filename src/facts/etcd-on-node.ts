import { z } from 'zod';
import { lookAtMember } from '../commands/etcd-replacement.ts';
import { defineFact, type Parsed } from './fact.ts';
import { linesBeforeEnd, readJson } from './read-text.ts';

/** How far the replacement of a member has come on its node; the later ones are only reached over the earlier. */
export const replacementMarks = ['begun', 'aside', 'done'] as const;
export type ReplacementMark = (typeof replacementMarks)[number];

export interface EtcdReplacement {
  /** `1-8e9e05c52164694d` */
  readonly name: string;
  readonly marks: readonly ReplacementMark[];
}

/** What of etcd is on one node. */
export interface EtcdOnNode {
  readonly replacements: readonly EtcdReplacement[];
  /** etcd's manifest: in its place, or kept away; missing where it is neither. */
  readonly manifest?: 'here' | 'away';
  /** The manifest of the scheduler is kept away: a restore is under way. */
  readonly restoring: boolean;
  /** What etcd's manifest gives it, of what a replacement has to know. */
  readonly flags: Readonly<Record<string, string>>;
  /** Of etcd over that data directory. */
  readonly processes: readonly number[];
  /** Its data directory holds the log of a member. */
  readonly hasMember: boolean;
  /** Where old data are kept; missing where there is no manifest. */
  readonly base?: string;
  /** Where its data are. */
  readonly availableBytes?: number;
  /** What it said last before it ended by a fault of its own. */
  readonly said?: string;
}

const isMark = (word: string): word is ReplacementMark => replacementMarks.some((mark) => mark === word);

const logLine = z.object({ msg: z.string(), error: z.string().optional() });

/** What etcd tells of all members in the middle of a line says nothing to whoever reads why. */
const mostLetters = 240;
const cut = (text: string): string =>
  text.length <= mostLetters ? text : `${text.slice(0, mostLetters / 2)} … ${text.slice(-mostLetters / 2)}`;

/** `2026-11-22T10:00:00Z stderr F {"level":"fatal",…}` in short. Source: CRI, kubelet log format. */
const shortOf = (line: string): string => {
  const found = logLine.safeParse(readJson(line.slice(Math.max(0, line.indexOf('{'))))).data;
  if (found === undefined) return cut(line);
  return cut(found.error === undefined ? found.msg : `${found.msg}: ${found.error}`);
};

type Draft = { -readonly [K in keyof EtcdOnNode]: EtcdOnNode[K] } & {
  replacements: EtcdReplacement[];
  flags: Record<string, string>;
  processes: number[];
};

/** Takes one line in; false for a line that is none of ours. */
const takeIn = (seen: Draft, line: string): boolean => {
  const [word = '', name = '', ...rest] = line.split(' ');
  switch (word) {
    case 'replacement':
      if (name === '' || !rest.every(isMark)) return false;
      seen.replacements.push({ name, marks: rest.filter(isMark) });
      return true;
    case 'manifest':
      if (name !== 'here' && name !== 'away') return false;
      seen.manifest = name;
      return true;
    case 'restoring':
      seen.restoring = true;
      return true;
    case 'flag':
      seen.flags[name] = rest.join(' ');
      return true;
    case 'process':
      if (!/^\d+$/.test(rest[0] ?? '')) return false;
      if (name === 'etcd') seen.processes.push(Number(rest[0]));
      return true;
    case 'member':
      seen.hasMember = true;
      return true;
    case 'base':
      seen.base = [name, ...rest].join(' ');
      return true;
    case 'room':
      if (!/^\d+$/.test(name)) return false;
      seen.availableBytes = Number(name) * 1024;
      return true;
    case 'said':
      seen.said = shortOf(line);
      return true;
    default:
      return false;
  }
};

/** Asked of files and processes alone. Source: our own script (commands/etcd-replacement.ts); recorded on the lab, 1.35.4. */
export const etcdOnNode = defineFact<EtcdOnNode>({
  id: 'etcd-on-node',
  subject: 'node',
  command: lookAtMember,
  parse: (output): Parsed<EtcdOnNode> => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined || output.stdout === '') return { unreadable: output.stdout.trim() || output.stderr };
    const seen: Draft = { replacements: [], restoring: false, flags: {}, processes: [], hasMember: false };
    const strange = lines.find((line) => !takeIn(seen, line));
    return strange === undefined ? { value: seen } : { unreadable: strange };
  },
});

/** Whether a replacement has come that far. */
export const hasReached = ({ replacements }: EtcdOnNode, name: string, mark: ReplacementMark): boolean =>
  replacements.some((each) => each.name === name && each.marks.includes(mark));

/** The same node once it has. */
export const withReached = (seen: EtcdOnNode, name: string, mark: ReplacementMark): EtcdOnNode => {
  const known = seen.replacements.find((each) => each.name === name)?.marks ?? [];
  const marks = replacementMarks.filter((each) => each === mark || known.includes(each));
  return { ...seen, replacements: [...seen.replacements.filter((each) => each.name !== name), { name, marks }] };
};
