import { lookAtHost } from '../commands/recovery-host.ts';
import { defineFact, type Parsed } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** How far a host has come that is to carry a cluster of a backup. */
export const recoveryMarks = ['host', 'authorities', 'initialised', 'joined', 'done'] as const;
export type RecoveryMark = (typeof recoveryMarks)[number];

/** What a host has of a cluster, and of what a node needs. */
export interface BareHost {
  /** Files with a token of a join, below where they are kept. */
  readonly joins: readonly string[];
  /** Files that only a member of some cluster has; ours too once a recovery has begun. */
  readonly remains: readonly string[];
  /** The one that kubeadm would announce; missing where the host has no route. */
  readonly address?: string;
  /** Where CNI plugins are looked for, and whether any are there. */
  readonly plugins: { readonly directory: string; readonly there: boolean };
  /** containerd runs and can be asked. */
  readonly runtime: boolean;
}

export interface RecoveryHost extends BareHost {
  /** By name of a restore. */
  readonly marks: Readonly<Record<string, readonly RecoveryMark[]>>;
}

const isMark = (word: string): word is RecoveryMark => recoveryMarks.some((mark) => mark === word);

/** What is taken in line by line. */
export interface HostBeingRead {
  joins: string[];
  remains: string[];
  address?: string;
  plugins?: BareHost['plugins'];
  runtime: boolean;
}

/** Takes in a line of what is asked of every host (commands/recovery-host.ts, `hostWords`); false for any other. */
export const takeInHost = (seen: HostBeingRead, line: string): boolean => {
  const [word = '', value = ''] = line.split(' ');
  switch (word) {
    case 'join':
      seen.joins.push(value);
      return true;
    case 'remains':
      seen.remains.push(line.slice('remains '.length));
      return true;
    case 'address':
      seen.address = value;
      return true;
    case 'plugins':
    case 'no-plugins':
      seen.plugins = { directory: value, there: word === 'plugins' };
      return true;
    case 'runtime':
      seen.runtime = true;
      return true;
    default:
      return false;
  }
};

interface Mutable extends HostBeingRead {
  marks: Record<string, RecoveryMark[]>;
}

/** Takes one line in; false for a line that is none of ours. */
const takeIn = (seen: Mutable, line: string): boolean => {
  const [word, value = '', mark = ''] = line.split(' ');
  if (word !== 'mark') return takeInHost(seen, line);
  if (!isMark(mark) || !/^\d+-\S+$/.test(value)) return false;
  (seen.marks[value] ??= []).push(mark);
  return true;
};

/** Source: our own script (commands/recovery-host.ts); recorded on the lab, Debian 12, 1.35.4. */
export const recoveryHost = defineFact<RecoveryHost>({
  id: 'recovery-host',
  subject: 'node',
  command: lookAtHost,
  parse: (output): Parsed<RecoveryHost> => {
    const lines = linesBeforeEnd(output);
    const seen: Mutable = { marks: {}, joins: [], remains: [], runtime: false };
    const strange = lines?.find((line) => !takeIn(seen, line));
    const { plugins } = seen;
    if (strange !== undefined) return { unreadable: strange };
    return plugins === undefined
      ? { unreadable: output.stdout.trim() || output.stderr }
      : { value: { ...seen, plugins } };
  },
});

/** Whether a recovery has come that far on a host. */
export const hasCome = ({ marks }: RecoveryHost, restore: string, mark: RecoveryMark): boolean =>
  marks[restore]?.includes(mark) === true;

/** The same host once it has. */
export const comeTo = (seen: RecoveryHost, restore: string, mark: RecoveryMark): RecoveryHost => ({
  ...seen,
  marks: { ...seen.marks, [restore]: [...(seen.marks[restore] ?? []).filter((each) => each !== mark), mark] },
});
