import { z } from 'zod';

export type Labels = Readonly<Record<string, string>>;

/** Source: kubernetes.io, Labels and Selectors; meta/v1, LabelSelector; core/v1, NodeSelectorRequirement (Gt, Lt). */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

/** All of its requirements must hold; without any it selects everything. */
export type LabelSelector = readonly Requirement[];

export const labels = z.record(z.string(), z.string());

export const requirement = z
  .object({
    key: z.string(),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
    values: z.array(z.string()).optional(),
  })
  .transform(({ values = [], ...rest }): Requirement => ({ ...rest, values }));

/** A LabelSelector as the API has it. */
export const labelSelector = z
  .object({ matchLabels: labels.optional(), matchExpressions: z.array(requirement).optional() })
  .transform(({ matchLabels = {}, matchExpressions = [] }): LabelSelector => [
    ...Object.entries(matchLabels).map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] })),
    ...matchExpressions,
  ]);

/** Whether one requirement holds; a label that is missing satisfies NotIn. */
export const holds = ({ key, operator, values }: Requirement, found: Labels): boolean => {
  const value = found[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
};

/** Whether a selector is about something with these labels; one that is missing is about nothing. */
export const selects = (selector: LabelSelector | undefined, found: Labels): boolean =>
  selector !== undefined && selector.every((one) => holds(one, found));
