import { InvalidInput, type InputProblem } from '../model/errors.ts';
import { didYouMean } from '../documents/nearest.ts';
import { inOrder, toProblems, type Finding } from '../documents/finding.ts';
import { toFindings } from '../documents/issues.ts';
import { readYaml, type YamlSource } from '../documents/yaml-source.ts';
import type { Path } from '../documents/raw.ts';
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

const wrongParts = ({ phases }: Playbook, yaml: YamlSource): readonly Finding[] =>
  phases.flatMap((phase, index) => [
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

const refuse = (problems: readonly InputProblem[]): never => {
  throw new InvalidInput(inOrder(problems));
};

/**
 * A playbook's text → the playbook, its names looked up.
 * @throws InvalidInput with all problems at once, each with its line.
 */
export const loadPlaybook = (text: string, file: string): Playbook => {
  const yaml = readYaml(text, file);
  if (!yaml.readable || yaml.problems.length > 0) return refuse(yaml.problems);
  const result = playbookSchema.safeParse(yaml.value);
  if (!result.success) return refuse(toProblems(toFindings(result.error.issues, yaml), yaml));
  const findings = wrongParts(result.data, yaml);
  return findings.length > 0 ? refuse(toProblems(findings, yaml)) : result.data;
};
