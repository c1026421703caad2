import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import semver from 'semver';
import { didYouMean } from '../documents/nearest.ts';
import type { Fact } from '../facts/fact.ts';
import type { Condition } from '../steps/condition.ts';
import { conditionNames, type NamePlace } from './condition-names.ts';
import type { Playbook } from './schema.ts';

type Parameters = Playbook['parameters'];
type ParameterType = Parameters[string]['type'];

const celTypes: Readonly<Record<ParameterType, string>> = {
  version: 'string',
  string: 'string',
  number: 'double',
  boolean: 'bool',
};

/** What is wrong with an expression, and what was probably meant. */
export interface ConditionTrouble {
  readonly message: string;
  readonly hint?: string;
}

/** Nested maps out of dotted names: `node.os.id` → `{ node: { os: { id } } }`. */
const nested = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> => {
  const root: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    let at = root;
    for (const part of path) {
      const next: Record<string, unknown> = {};
      at[part] ??= next;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no name is the beginning of another one
      at = at[part] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
};

const firstNumbers = (text: string): semver.SemVer => {
  // Ubuntu's 24.04 is no number for semver, which refuses zeros in front; and it would find one in any name.
  const found = !/^v?\d/.test(text) ? null : semver.coerce(text.replaceAll(/(?<!\d)0+(?=\d)/g, ''));
  if (found === null) throw new Error(`${JSON.stringify(text)} is no version`);
  return found;
};

/** Negative where the first is older; `1.36` is `1.36.0`, and what follows the third number counts for nothing. */
const compareVersions = (one: string, other: string): bigint =>
  BigInt(semver.compare(firstNumbers(one), firstNumbers(other)));

const namesFor = (nodes: boolean): readonly string[] =>
  Object.keys(conditionNames).filter((name) => nodes || !name.startsWith('node.'));

const environmentOf = (parameters: Parameters, nodes: boolean): Environment => {
  const env = new Environment().registerFunction('compareVersions(string, string): int', compareVersions);
  const types = nested(namesFor(nodes).map((name) => [name, conditionNames[name]?.type ?? 'dyn'] as const));
  for (const [name, schema] of Object.entries(types))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name has a dot, so that each root is a map
    env.registerVariable(name, { schema: schema as Record<string, string> });
  const given = Object.entries(parameters).map(([name, { type }]) => [name, celTypes[type]] as const);
  env.registerVariable('parameters', { schema: Object.fromEntries(given) });
  return env;
};

/** By the parameters of a playbook and whether it is about nodes: hundreds of clusters are bound to the same playbook. */
const environments = new WeakMap<Parameters, Map<boolean, Environment>>();

const environmentFor = (parameters: Parameters, nodes: boolean): Environment => {
  const known = environments.get(parameters) ?? new Map<boolean, Environment>();
  environments.set(parameters, known);
  const env = known.get(nodes) ?? environmentOf(parameters, nodes);
  known.set(nodes, env);
  return env;
};

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value;

/** `node.os.id` of the expression's tree; undefined for what is no such chain of names. */
const chainOf = (node: ASTNode): string | undefined => {
  if (node.op === 'id') return node.args;
  if (node.op !== '.' && node.op !== '.?') return undefined;
  const [of, field] = node.args;
  const before = chainOf(of);
  return before === undefined ? undefined : `${before}.${field}`;
};

/** Every chain of names in it, each as long as it is. */
const chainsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(chainsIn);
  if (!isNode(value)) return [];
  const chain = chainOf(value);
  return chain === undefined ? chainsIn(value.args) : [chain];
};

const roots: ReadonlySet<string> = new Set(['node', 'cluster', 'parameters']);
const rootOf = (chain: string): string => chain.split('.', 1)[0] ?? '';
const beginsWith = (chain: string, name: string): boolean => chain === name || chain.startsWith(`${name}.`);

const parameterTrouble = (chain: string, parameters: Parameters): ConditionTrouble | undefined => {
  const name = chain.split('.')[1] ?? '';
  const declared = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (declared === undefined)
    return {
      message: `the playbook has no parameter ${JSON.stringify(name)}`,
      hint: didYouMean(name, Object.keys(parameters)),
    };
  return declared.required || declared.default !== undefined
    ? undefined
    : { message: `the parameter ${name} may be missing`, hint: 'give it `default:`, or `required: true`' };
};

const nameTrouble = (chain: string, parameters: Parameters, nodes: boolean): ConditionTrouble | undefined => {
  if (rootOf(chain) === 'parameters') return parameterTrouble(chain, parameters);
  const known = namesFor(nodes);
  if (!roots.has(rootOf(chain)) || known.some((name) => beginsWith(chain, name))) return undefined;
  if (!nodes && rootOf(chain) === 'node')
    return { message: `${chain} is about a node, and this phase is \`on: cluster\`` };
  const below = known.filter((name) => beginsWith(name, chain));
  return below.length > 0
    ? { message: `${chain} is no value by itself`, hint: `valid here: ${below.join(', ')}` }
    : { message: `nothing is called ${chain}`, hint: didYouMean(chain, known) };
};

type Parsed = { readonly ast: ASTNode } | { readonly trouble: ConditionTrouble };

const parse = (env: Environment, text: string): Parsed => {
  try {
    return { ast: env.parse(text).ast };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const summary = 'summary' in error ? String(error.summary) : error.message;
    return {
      trouble: { message: `is no expression: ${summary}`, hint: 'e.g. node.role == "worker" && node.cgroup == 1' },
    };
  }
};

/** Everything that is wrong with an expression: names first, for a wrong name is no matter of types. */
export const conditionTroubles = (
  text: string,
  parameters: Parameters,
  nodes: boolean,
): readonly ConditionTrouble[] => {
  const env = environmentFor(parameters, nodes);
  const parsed = parse(env, text);
  if ('trouble' in parsed) return [parsed.trouble];
  const names = [...new Set(chainsIn(parsed.ast))].flatMap((chain) => nameTrouble(chain, parameters, nodes) ?? []);
  if (names.length > 0) return names;
  const { valid, type, error } = env.check(text);
  if (!valid) return [{ message: error?.summary ?? error?.message ?? 'does not fit' }];
  return type === 'bool'
    ? []
    : [
        {
          message: `expected true or false, found ${type ?? 'something else'}`,
          hint: 'compare it: node.os.id == "debian"',
        },
      ];
};

export interface ConditionPlace extends NamePlace {
  readonly parameters: Parameters;
  /** The values of the playbook's parameters. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The parameters as they are where nobody gave them another value. */
const withDefaults = ({ parameters, values }: ConditionPlace): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  ),
  ...values,
});

/** An expression that `conditionTroubles` finds nothing wrong with, for one place of a run. */
export const conditionOf = (text: string, place: ConditionPlace): Condition => {
  const env = environmentFor(place.parameters, place.on.kind === 'node');
  const evaluate = env.parse(text);
  const chains = chainsIn(evaluate.ast);
  const used = Object.entries(conditionNames).filter(([name]) => chains.some((chain) => beginsWith(chain, name)));
  const facts: Record<string, Fact<unknown>> = Object.fromEntries(
    used.flatMap(([name, { fact }]) => (fact === undefined ? [] : [[name, fact] as const])),
  );
  const given = withDefaults(place);
  const judge: Condition['judge'] = (seen) => {
    const values = used.map(([name, { pick }]) => [name, pick(seen[name], place)] as const);
    const missing = values.find(([, value]) => value === undefined);
    if (missing !== undefined) return { unclear: `nothing says what ${missing[0]} is` };
    try {
      return { holds: evaluate({ ...nested(values), parameters: given }) === true };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { unclear: 'summary' in error ? String(error.summary) : error.message };
    }
  };
  const told = used.length === 0 ? judge({}) : undefined;
  const ruledOut = told !== undefined && 'holds' in told && !told.holds;
  return { text, facts, judge, ...(ruledOut ? { ruledOut } : {}) };
};
