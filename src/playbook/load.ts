import { InvalidInput, type InputProblem } from '../model/errors.ts';
import { didYouMean } from '../documents/nearest.ts';
import { inOrder, toProblems, type Finding } from '../documents/finding.ts';
import { toFindings } from '../documents/issues.ts';
import { readYaml, type YamlSource } from '../documents/yaml-source.ts';
import type { Path } from '../documents/raw.ts';
import { wrongConditions, wrongDefaults } from './condition-rules.ts';
import { withNamedFiles, type ReadNamed } from './named-files.ts';
import { givenTo } from './setting-names.ts';
import { bracketNames, findBracket, findStep, stepNames } from './known.ts';
import { playbookSchema, type Playbook, type PlaybookItem } from './schema.ts';

/** What steps get without being told: beside the playbook's parameters, `each` gives one its `addon`. */
const unknownNames = (item: PlaybookItem, path: Path): readonly Finding[] => {
  if ('within' in item) {
    const bracket = findBracket(item.within);
    const inner = item.steps.flatMap((each, index) => unknownNames(each, [...path, 'steps', index]));
    return bracket === undefined
      ? [
          {
            path: [...path, 'within'],
            at: 'value',
            message: `no bracket is called ${JSON.stringify(item.within)}`,
            hint: didYouMean(item.within, bracketNames),
          },
          ...inner,
        ]
      : inner;
  }
  const step = findStep(item.uses);
  if (step === undefined)
    return [
      {
        path: [...path, 'uses'],
        at: 'value',
        message: `no step is called ${JSON.stringify(item.uses)}`,
        hint: didYouMean(item.uses, stepNames),
      },
    ];
  return Object.keys(item.with ?? {}).flatMap((name) =>
    step.parameters.includes(name)
      ? []
      : [
          {
            path: [...path, 'with', name],
            at: 'key',
            message: `${step.id} has no parameter ${JSON.stringify(name)}`,
            hint: didYouMean(name, step.parameters),
          } as const,
        ],
  );
};

/** The validator's own words begin and end with what toFindings says as well. */
const expectedBy = (message: string): string =>
  message.replace(/^Invalid \w+: expected (.+?)(?:, received .*)?$/, '$1');

/** The values that `with` gives; what it leaves out comes from the run and is judged when the steps are filled in. */
const wrongValues = (item: PlaybookItem, path: Path, yaml: YamlSource): readonly Finding[] => {
  if ('within' in item) return item.steps.flatMap((each, index) => wrongValues(each, [...path, 'steps', index], yaml));
  const given = item.with ?? {};
  const result = findStep(item.uses)?.schema.safeParse(given);
  if (result === undefined || result.success) return [];
  const issues = result.error.issues.filter(
    ({ code, path: [name] }) => code !== 'unrecognized_keys' && String(name) in given,
  );
  return toFindings(
    issues.map((issue) => ({ ...issue, message: expectedBy(issue.message), path: [...path, 'with', ...issue.path] })),
    yaml,
  );
};

const wrongParts = (playbook: Playbook, yaml: YamlSource): readonly Finding[] =>
  playbook.phases.flatMap((phase, index) => [
    ...phase.steps.flatMap((item, at) => unknownNames(item, ['phases', index, 'steps', at])),
    ...phase.steps.flatMap((item, at) => wrongValues(item, ['phases', index, 'steps', at], yaml)),
    ...(phase.on === 'cluster' ? nodeStepsIn(phase.steps, ['phases', index, 'steps']) : []),
  ]);

/** A phase about the cluster as a whole has no node that a step could be about. */
const nodeStepsIn = (items: readonly PlaybookItem[], path: Path): readonly Finding[] =>
  items.flatMap((item, index): readonly Finding[] => {
    if ('within' in item)
      return [
        {
          path: [...path, index, 'within'],
          at: 'value',
          message: `the bracket ${item.within} is about a node, and this phase is \`on: cluster\``,
        },
      ];
    return findStep(item.uses)?.subject === 'node'
      ? [
          {
            path: [...path, index, 'uses'],
            at: 'value',
            message: `${item.uses} is about a node, and this phase is \`on: cluster\``,
          },
        ]
      : [];
  });

/** What they ask the cluster they would ask in vain, and nothing is in service that they could take out of it. */
const hooksInVain = ({ mode, hooks }: Playbook): readonly Finding[] =>
  mode === 'rolling' || hooks.length === 0
    ? []
    : [
        {
          path: ['hooks'],
          at: 'key',
          message: `a playbook of the mode ${mode} takes no hooks`,
          hint: 'run-command does',
        },
      ];

const refuse = (problems: readonly InputProblem[]): never => {
  throw new InvalidInput(inOrder(problems));
};

const nothingToRead: ReadNamed = () => {
  throw new Error('nobody said where its directory is');
};

/** What neither stands under `with:`, nor comes from the run, a parameter or a file. */
const missingValues = (item: PlaybookItem, path: Path, playbook: Playbook): readonly Finding[] => {
  if ('within' in item)
    return item.steps.flatMap((each, index) => missingValues(each, [...path, 'steps', index], playbook));
  const step = findStep(item.uses);
  const given = item.with ?? {};
  const result = step?.schema.safeParse(given);
  if (step === undefined || result === undefined || result.success) return [];
  const named = Object.entries(step.files).flatMap(([names, gets]) => (names in given ? [gets] : []));
  const come = new Set([...Object.keys(given), ...named, ...givenTo(item, playbook)]);
  const missing = new Set(result.error.issues.map((issue) => String(issue.path[0])).filter((name) => !come.has(name)));
  return [...missing].map((name) => ({
    path: [...path, 'uses'],
    message: `${step.id} needs ${name}`,
    hint: 'write it under `with:` of the step, or declare it under `parameters:`',
  }));
};

const wholeParts = (playbook: Playbook): readonly Finding[] =>
  playbook.phases.flatMap((phase, index) =>
    phase.steps.flatMap((item, at) => missingValues(item, ['phases', index, 'steps', at], playbook)),
  );

const read = (text: string, file: string, readNamed: ReadNamed, whole: boolean): Playbook => {
  const yaml = readYaml(text, file);
  if (!yaml.readable || yaml.problems.length > 0) return refuse(yaml.problems);
  const result = playbookSchema.safeParse(yaml.value);
  if (!result.success) return refuse(toProblems(toFindings(result.error.issues, yaml), yaml));
  const parts = [
    ...wrongParts(result.data, yaml),
    ...wrongConditions(result.data),
    ...wrongDefaults(result.data),
    ...hooksInVain(result.data),
  ];
  const { playbook, findings } = withNamedFiles(result.data, readNamed);
  const all = [...parts, ...findings, ...(whole ? wholeParts(result.data) : [])];
  return all.length > 0 ? refuse(toProblems(all, yaml)) : playbook;
};

/**
 * A playbook's text → the playbook, its names looked up, the files that it names read. Whether its steps get all that
 * they need is seen when it is filled in for a cluster.
 * @throws InvalidInput with all problems at once, each with its line.
 */
export const loadPlaybook = (text: string, file: string, readNamed: ReadNamed = nothingToRead): Playbook =>
  read(text, file, readNamed, false);

/** As loadPlaybook, and what no cluster could give its steps is a problem too. @throws InvalidInput as loadPlaybook does. */
export const loadWholePlaybook = (text: string, file: string, readNamed: ReadNamed): Playbook =>
  read(text, file, readNamed, true);
