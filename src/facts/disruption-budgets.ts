import { z } from 'zod';
import { get } from '../commands/kubectl.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { throughApi } from './through-api.ts';

export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** JSON of its spec.selector; empty where it has none (it then selects nothing). */
  readonly selector: string;
  readonly disruptionsAllowed: number;
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
}

const columns = [
  '.metadata.namespace',
  '.metadata.name',
  '.status.disruptionsAllowed',
  '.status.currentHealthy',
  '.status.desiredHealthy',
  '.status.expectedPods',
  '.spec.selector',
];

/** kubectl prints a map as JSON on one line; no other column can hold a tab. The last line tells complete output. */
const rows = `--output=jsonpath={range .items[*]}${columns.map((path) => `{${path}}`).join('{"\\t"}')}{"\\n"}{end}{"end\\n"}`;

const numbers = z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number(), z.coerce.number()]);

const readBudget = (line: string): DisruptionBudget | undefined => {
  const [namespace = '', name = '', ...rest] = line.split('\t');
  const selector = rest.pop();
  const found = numbers.safeParse(rest);
  if (!found.success || name === '' || selector === undefined) return undefined;
  const [disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods] = found.data;
  return { namespace, name, selector, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods };
};

const parse = ({ stdout }: Output): Parsed<readonly DisruptionBudget[]> => {
  const lines = stdout.trimEnd().split('\n');
  if (lines.pop() !== 'end') return { unreadable: stdout };
  const value: DisruptionBudget[] = [];
  for (const line of lines) {
    const budget = readBudget(line);
    if (budget === undefined) return { unreadable: line };
    value.push(budget);
  }
  return { value };
};

/** Source: kubectl get poddisruptionbudgets, policy/v1; recorded on the lab, 1.35.4. */
export const disruptionBudgets = defineFact<readonly DisruptionBudget[]>({
  id: 'disruption-budgets',
  subject: 'cluster',
  command: (place) => get(place, 'poddisruptionbudgets.policy', '--all-namespaces', rows),
  parse: throughApi(parse),
});
