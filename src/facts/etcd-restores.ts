import { lookAtRestores } from '../commands/etcd-restore.ts';
import { defineFact, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** How far a restore of etcd has come on one node; the later ones are only reached over the earlier. */
export const restoreMarks = ['staged', 'restored', 'swapped', 'kubelet', 'done'] as const;
export type RestoreMark = (typeof restoreMarks)[number];

/** What one restore of etcd left on a node. */
export interface EtcdRestore {
  /** `1-2026-11-21-235810-875f` */
  readonly name: string;
  /** The identity of the cluster whose backup it is; missing where it was not written yet, and on workers. */
  readonly of?: string;
  readonly marks: readonly RestoreMark[];
}

export interface RoomFor {
  /** What df(1) calls the file system: two of the same name share their room. */
  readonly fileSystem: string;
  readonly availableBytes: number;
}

export interface EtcdRestores {
  readonly restores: readonly EtcdRestore[];
  /** kubeadm's manifests: in their place, or kept away by a restore; missing where they are neither. */
  readonly manifests: Readonly<Record<string, 'here' | 'away'>>;
  /** What etcd's manifest gives it, of what a restore has to know. */
  readonly flags: Readonly<Record<string, string>>;
  /** By name of the program of kubeadm's static pods, the processes that run. */
  readonly processes: Readonly<Record<string, readonly number[]>>;
  /** etcd's data directory holds a member. */
  readonly hasMember: boolean;
  /** Where data of restores, and what was there before them, lie; missing where there is no etcd. */
  readonly base?: string;
  /** Below /var/lib; and, where there is an etcd, where its data are. */
  readonly room: { readonly state?: RoomFor; readonly data?: RoomFor };
}

const isMark = (word: string): word is RestoreMark => restoreMarks.some((mark) => mark === word);

type Mutable = {
  restores: EtcdRestore[];
  manifests: Record<string, 'here' | 'away'>;
  flags: Record<string, string>;
  processes: Record<string, number[]>;
  hasMember: boolean;
  base?: string;
  room: { state?: RoomFor; data?: RoomFor };
};

/** Takes one line in; false for a line that is none of ours. */
const takeIn = (seen: Mutable, line: string): boolean => {
  const [word = '', name = '', value = '', ...rest] = line.split(' ');
  switch (word) {
    case 'restore':
      if (value === '' || !rest.every(isMark)) return false;
      seen.restores.push({ name, ...(value === '-' ? {} : { of: value }), marks: rest.filter(isMark) });
      return true;
    case 'manifest':
      if (value !== 'here' && value !== 'away') return false;
      seen.manifests[name] = value;
      return true;
    case 'flag':
      seen.flags[name] = [value, ...rest].join(' ');
      return true;
    case 'process':
      if (!/^\d+$/.test(value)) return false;
      (seen.processes[name] ??= []).push(Number(value));
      return true;
    case 'member':
      seen.hasMember = true;
      return true;
    case 'base':
      seen.base = [name, value, ...rest].join(' ').trim();
      return true;
    case 'room':
      if ((name !== 'state' && name !== 'data') || !/^\d+$/.test(rest[0] ?? '')) return false;
      seen.room[name] = { fileSystem: value, availableBytes: Number(rest[0]) * 1024 };
      return true;
    default:
      return false;
  }
};

/**
 * Restores of etcd on a node, and what of etcd is there; asked of files and processes alone. Source: our own script
 * (commands/etcd-restore.ts); recorded on the lab, 1.35.4.
 */
export const etcdRestores = defineFact<EtcdRestores>({
  id: 'etcd-restores',
  subject: 'node',
  command: lookAtRestores,
  parse: (output): Parsed<EtcdRestores> => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined || output.stdout === '') return { unreadable: output.stdout.trim() || output.stderr };
    const seen: Mutable = { restores: [], manifests: {}, flags: {}, processes: {}, hasMember: false, room: {} };
    const strange = lines.find((line) => !takeIn(seen, line));
    return strange === undefined ? { value: seen } : { unreadable: strange };
  },
});

/** Whether a restore has come that far on a node. */
export const hasMark = ({ restores }: EtcdRestores, name: string, mark: RestoreMark): boolean =>
  restores.some((each) => each.name === name && each.marks.includes(mark));

/** The same node once it has. */
export const withMark = (seen: EtcdRestores, name: string, mark: RestoreMark): EtcdRestores => {
  const known = seen.restores.find((each) => each.name === name) ?? { name, marks: [] };
  const marks = restoreMarks.filter((each) => each === mark || known.marks.includes(each));
  return { ...seen, restores: [...seen.restores.filter((each) => each.name !== name), { ...known, marks }] };
};
