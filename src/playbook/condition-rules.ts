import type { Finding } from '../documents/finding.ts';
import type { Path } from '../documents/raw.ts';
import { conditionTroubles } from './condition.ts';
import type { Playbook, PlaybookItem } from './schema.ts';

interface Around {
  readonly parameters: Playbook['parameters'];
  /** The phase goes over nodes. */
  readonly nodes: boolean;
}

const wrongWhen = (when: string | undefined, path: Path, { parameters, nodes }: Around): readonly Finding[] => {
  if (when === undefined) return [];
  const troubles = conditionTroubles(when, parameters, nodes);
  const hints = troubles.flatMap(({ hint }) => hint ?? []);
  return troubles.length === 0
    ? []
    : [
        {
          path: [...path, 'when'],
          message: troubles.map(({ message }) => message).join('; '),
          ...(hints.length === 0 ? {} : { hint: hints.join('; ') }),
        },
      ];
};

const inItem = (item: PlaybookItem, path: Path, around: Around): readonly Finding[] => [
  ...wrongWhen(item.when, path, around),
  ...('within' in item ? item.steps.flatMap((inner, index) => inItem(inner, [...path, 'steps', index], around)) : []),
];

/** What is wrong with each `when:` of a playbook. */
export const wrongConditions = ({ phases, parameters }: Playbook): readonly Finding[] =>
  phases.flatMap((phase, index) => {
    const around = { parameters, nodes: phase.on !== 'cluster' };
    return [
      ...wrongWhen(phase.when, ['phases', index], around),
      ...phase.steps.flatMap((item, at) => inItem(item, ['phases', index, 'steps', at], around)),
    ];
  });

const typeWords: Readonly<Record<Playbook['parameters'][string]['type'], string>> = {
  version: 'string',
  string: 'string',
  number: 'number',
  boolean: 'boolean',
};

/** Defaults that are not of their parameter's type, and defaults of what has to be given anyway. */
export const wrongDefaults = ({ parameters }: Playbook): readonly Finding[] =>
  Object.entries(parameters).flatMap(([name, { type, required, default: value }]) => {
    if (value === undefined) return [];
    const path = ['parameters', name, 'default'];
    if (typeof value !== typeWords[type])
      return [{ path, message: `expected a ${typeWords[type]}, found ${JSON.stringify(value)}` }];
    return required ? [{ path, message: 'it has to be given anyway: leave out `required`, or this' }] : [];
  });
