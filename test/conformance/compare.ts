import type { Recording, RecordedPair } from '../../docker/record/recording.ts';
import { recordedAnswer, simulatedAnswer, type Answer } from './replay.ts';
import { normalised } from './rules.ts';

export type Part = 'exit' | 'stdout' | 'stderr' | 'changes';

export interface Difference {
  readonly part: Part;
  readonly recorded: string;
  readonly simulated: string;
}

export interface Compared {
  readonly pair: RecordedPair;
  readonly differences: readonly Difference[];
}

const partsOf = (answer: Answer): Readonly<Record<Part, string>> => ({
  exit: String(answer.exit),
  stdout: normalised(answer.stdout),
  stderr: normalised(answer.stderr),
  changes: answer.changes.join('\n'),
});

/** A line on one side only that says nothing against the simulator; each row of the table has its reason. */
export interface Accepted {
  /** The case, `upgrade`, `dry-run`. */
  readonly of: RegExp;
  readonly part: Part | 'all';
  /** Lines of either side that do not count; all of that part where it is absent. */
  readonly lines?: RegExp;
  readonly because: string;
}

const without = (text: string, rows: readonly Accepted[]): string =>
  text
    .split('\n')
    .filter((line) => !rows.some(({ lines }) => lines === undefined || lines.test(line)))
    .join('\n');

/**
 * Has the simulator answer what a real node was asked, and says where they differ. `used` collects the rows of the
 * table without which there would be a difference.
 */
export const compare = (
  recording: Recording,
  pair: RecordedPair,
  accepted: readonly Accepted[] = [],
  used: Set<Accepted> = new Set(),
): Compared => {
  const [recorded, simulated] = [partsOf(recordedAnswer(recording, pair)), partsOf(simulatedAnswer(recording, pair))];
  const parts: readonly Part[] = ['exit', 'stdout', 'stderr', 'changes'];
  const differences = parts.flatMap((part) => {
    if (recorded[part] === simulated[part]) return [];
    const rows = accepted.filter((row) => (row.part === part || row.part === 'all') && row.of.test(pair.of));
    for (const row of rows)
      if (without(recorded[part], [row]) !== recorded[part] || without(simulated[part], [row]) !== simulated[part])
        used.add(row);
    const [lab, ours] = [without(recorded[part], rows), without(simulated[part], rows)];
    return lab === ours ? [] : [{ part, recorded: lab, simulated: ours }];
  });
  return { pair, differences };
};

const programs =
  /\b(kubectl|kubeadm|apt-get|apt-mark|apt-cache|dpkg-query|dpkg|systemd-run|systemctl|journalctl|flock|etcdctl|sudo)\b/;

/** The program that a line is about: of a unit, what it runs. */
export const toolOf = ({ line, follow }: RecordedPair): string => {
  const bare = line.replace(/^sudo -n -- /, '').replace(/^env \S+=\S+ /, '');
  if (bare.includes('nodeops-fence') || bare.includes('nodeops-raise') || bare.includes('nodeops-beat')) return 'fence';
  if (follow !== undefined)
    return `unit of ${programs.exec(bare.replaceAll(/systemd-run|flock|systemctl/g, ''))?.[1] ?? 'sh'}`;
  if (!bare.startsWith('sh -c')) return bare.split(' ')[0] ?? '';
  return bare.includes('frame') || bare.length > 1500 ? 'facts' : `sh (${programs.exec(bare)?.[1] ?? 'text tools'})`;
};
