import type { Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

export interface OutlinedItem {
  /** How many brackets it is within. */
  readonly depth: number;
  /** A step; otherwise a bracket. */
  readonly uses?: string;
  readonly within?: string;
  /** It only looks. */
  readonly looks?: boolean;
  readonly with?: Readonly<Record<string, unknown>> | undefined;
  /** What of the inventory it is done for. */
  readonly each?: string;
  readonly when?: string;
}

export interface OutlinedParameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description?: string;
  readonly default?: string | number | boolean;
}

export interface PlaybookOutline {
  readonly playbook: string;
  /** Missing where it comes with the program. */
  readonly file?: string;
  readonly description: string;
  readonly mode: 'rolling' | 'outage' | 'bootstrap';
  readonly hops: boolean | 'down';
  /** The names of the steps that do something, about nodes and about the cluster. */
  readonly changes: { readonly nodes: readonly string[]; readonly cluster: readonly string[] };
  readonly parameters: readonly OutlinedParameter[];
  readonly phases: readonly {
    readonly name: string;
    readonly where: string;
    readonly when?: string;
    readonly steps: readonly OutlinedItem[];
  }[];
}

const changedBy = ({ changes: { nodes, cluster } }: PlaybookOutline): string =>
  [...(nodes.length > 0 ? ['nodes'] : []), ...(cluster.length > 0 ? ['cluster'] : [])].join(', ') || 'nothing';

const parameterWord = ({ name, required }: OutlinedParameter): string => (required ? name : `[${name}]`);

/** A file of a directory that is no playbook to go by. */
export interface UnreadPlaybook {
  readonly file: string;
  readonly problems: number;
}

/** A line for each playbook; of files that have problems, how many, and what shows them. */
export const playbooksText = (
  playbooks: readonly PlaybookOutline[],
  unread: readonly UnreadPlaybook[],
  paint: Paint,
): string =>
  [
    ...alignColumns([
      ['playbook', 'mode', 'changes', 'parameters'].map((word) => paint('strong', word)),
      ...playbooks.map((each) => [
        each.file ?? each.playbook,
        each.mode,
        changedBy(each),
        each.parameters.map(parameterWord).join(' '),
      ]),
    ]),
    ...unread.map(
      ({ file, problems }) =>
        `${paint('bad', file)}: ${problems === 1 ? 'one problem' : `${problems} problems`}; see them: nodeops playbook validate ${file}`,
    ),
    '',
  ].join('\n');

const shownValue = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length === 0 ? first : `${first} … (${rest.length + 1} lines)`;
};

const itemLines = ({ depth, uses, within, looks, with: given = {}, each, when }: OutlinedItem, paint: Paint) => {
  const indent = '  '.repeat(depth + 2);
  const said = [...(each === undefined ? [] : [each]), ...(looks === true ? ['looks'] : [])].join('; ');
  return [
    `${indent}${uses === undefined ? `within ${within ?? ''}` : paint('strong', uses)}${said === '' ? '' : `: ${said}`}`,
    ...(when === undefined ? [] : [`${indent}  when ${when}`]),
    ...Object.entries(given).map(([name, value]) => `${indent}  ${paint('faint', `${name}: ${shownValue(value)}`)}`),
  ];
};

const parameterLines = (parameters: readonly OutlinedParameter[]): readonly string[] =>
  parameters.length === 0
    ? ['  it takes none']
    : alignColumns(
        parameters.map(({ name, type, required, description = '', default: value }) => [
          `  ${name}`,
          type,
          required ? 'required' : value === undefined ? '' : `otherwise ${String(value)}`,
          description,
        ]),
      );

const modeWords: Readonly<Record<PlaybookOutline['mode'], string>> = {
  rolling: 'rolling: the cluster serves meanwhile',
  outage: 'outage: nothing of the control plane runs for a while',
  bootstrap: 'bootstrap: there is no cluster yet',
};

const changeLines = ({ changes }: PlaybookOutline): readonly string[] =>
  (['nodes', 'cluster'] as const).flatMap((about) =>
    changes[about].length === 0 ? [] : [`  ${about}: ${changes[about].join(', ')}`],
  );

/** One playbook: what it is, what it takes, and its phases with their steps. */
export const playbookText = (outline: PlaybookOutline, paint: Paint): string => {
  const { playbook, description, mode, hops, parameters, phases } = outline;
  const changes = changeLines(outline);
  return [
    `${paint('strong', playbook)}: ${description}`,
    `${modeWords[mode]}${hops === false ? '' : '; a minor at a time'}`,
    '',
    paint('strong', 'Parameters (--set name=value)'),
    ...parameterLines(parameters),
    '',
    paint('strong', 'What it changes, where that is needed'),
    ...(changes.length === 0 ? ['  nothing'] : changes),
    ...phases.flatMap(({ name, where, when, steps }) => [
      '',
      `${paint('strong', name)} (${where})`,
      ...(when === undefined ? [] : [`  when ${when}`]),
      ...steps.flatMap((step) => itemLines(step, paint)),
    ]),
    '',
  ].join('\n');
};
