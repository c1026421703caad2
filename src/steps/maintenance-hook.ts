import { z } from 'zod';
import type { ApiPlace } from '../commands/kubectl.ts';
import { hookStanding, hookStandingName, isOpen, type HookStanding } from '../facts/hook-standing.ts';
import type { Action } from '../model/action.ts';
import type { HookMessage } from '../model/hook-message.ts';
import type { Subject } from '../model/subject.ts';
import { needed, satisfied, type Verdict } from '../model/verdict.ts';
import { hookActions, hookCommand, hookWhere } from './hook-command.ts';
import { shortLine } from './written-values.ts';

/** One of the two commands of a hook, as the binder fills it in. */
export const hookSchema = z.strictObject({
  ...hookCommand,
  playbook: z.string(),
  to: z.string().optional(),
  outcome: z.enum(['done', 'failed', 'stopped']).optional(),
});
export type Hook = z.output<typeof hookSchema>;

/** Parameters of each of the steps. */
export const hookWish = z.strictObject({ run: z.string(), hook: hookSchema, controlPlaneNames: z.array(z.string()) });
export type HookWish = z.output<typeof hookWish>;

/** What tells a hook of one node from the same hook of another. */
export const hookedOf = (on: Subject, { name: hook }: Hook) => ({
  cluster: on.cluster,
  hook,
  ...(on.kind === 'node' ? { node: on.node } : {}),
});

/** `hook silence before w1, on this machine` */
export const hookTitle = ({ hook }: HookWish, when: 'before' | 'after', on: Subject): string =>
  `hook ${hook.name} ${when} ${on.kind === 'node' ? on.node : on.cluster}, ${hookWhere(hook)}`;

/** Which of the two is run, in which run, and the version that was there before. */
export interface HookTurn {
  readonly when: 'before' | 'after';
  readonly run: string;
  readonly from?: string;
}

const messageOf = (hook: Hook, on: Subject, { when, run, from }: HookTurn): HookMessage => ({
  format: 1,
  hook: hook.name,
  when,
  of: on.kind,
  run,
  cluster: on.cluster,
  ...(on.kind === 'node' ? { node: on.node, role: on.role } : {}),
  playbook: hook.playbook,
  ...(from === undefined ? {} : { from }),
  ...(hook.to === undefined ? {} : { to: hook.to }),
  ...(hook.outcome === undefined ? {} : { outcome: hook.outcome }),
});

const environmentOf = ({ name }: Hook, on: Subject, { when }: HookTurn): Readonly<Record<string, string>> => ({
  NODEOPS_CLUSTER: on.cluster,
  ...(on.kind === 'node' ? { NODEOPS_NODE: on.node } : {}),
  NODEOPS_HOOK: name,
  NODEOPS_WHEN: when,
});

/** What runs a hook's command: it is told by JSON on its standard input what is about to happen, or has happened. */
export const runHook = (
  { hook, controlPlaneNames }: HookWish,
  on: Subject,
  turn: HookTurn,
  through: ApiPlace,
): readonly Action[] => {
  const told = {
    env: environmentOf(hook, on, turn),
    stdin: `${JSON.stringify(messageOf(hook, on, turn))}\n`,
  };
  const keep = { as: 'standing', artifact: hookStandingName(hookedOf(on, hook)), ...turn } as const;
  return hookActions(hook, { keep, told, controlPlaneNames }, through);
};

/** What is known once such a command has ended well. */
export const endedWell = ({ when, run, from }: HookTurn): HookStanding => ({
  format: 1,
  when,
  run,
  ok: true,
  trouble: '',
  ...(from === undefined ? {} : { from }),
});

/** ` (run r1 began it, and nobody saw it end)`: how an earlier try went; empty where there was none. */
const earlierTry = (standing: HookStanding | undefined, when: 'before' | 'after'): string => {
  if (standing?.when !== when || standing.ok === true) return '';
  return standing.ok === undefined
    ? ` (run ${standing.run} began it, and nobody saw it end)`
    : ` (in run ${standing.run} it failed: ${standing.trouble})`;
};

const changeOf = ({ hook: { argv } }: HookWish, standing: HookStanding | undefined, when: 'before' | 'after'): string =>
  `run ${shortLine(argv)}${earlierTry(standing, when)}`;

/** Once in each run: what it took out of service may have been given back since another one, and a silence ends. */
export const checkBefore = (standing: HookStanding | undefined, wish: HookWish): Verdict =>
  standing?.when === 'before' && standing.run === wish.run && standing.ok === true
    ? satisfied
    : needed(changeOf(wish, standing, 'before'));

/** Whenever a before was begun, by whichever run, and nothing that came after it has ended well. */
export const checkAfter = (standing: HookStanding | undefined, wish: HookWish): Verdict =>
  isOpen(standing) ? needed(changeOf(wish, standing, 'after')) : satisfied;

/** Of the version that its before has seen. */
export const fromOf = (standing: HookStanding | undefined): { readonly from?: string } =>
  standing?.from === undefined ? {} : { from: standing.from };

/** What is typed for it: its own command, once it is known. */
export const typedHook = (hook: Hook | undefined, example: string): readonly string[] => [
  hook === undefined ? example : shortLine(hook.argv),
];

export const whyHooks =
  'Who has a load balancer or a silence of their own to tell is told before a node is touched, and afterwards.';
export const hooksSource = 'docs/hooks.md';

/** What the steps share that run a hook's after, about a node or about the cluster. */
export const afterHook = {
  title: (wish: HookWish, on: Subject) => hookTitle(wish, 'after', on),
  with: hookWish,
  detect: ({ hook }: HookWish, on: Subject) => ({ standing: hookStanding(hookedOf(on, hook)) }),
  optional: ['standing'],
  check: ({ standing }: { readonly standing?: HookStanding | undefined }, wish: HookWish) => checkAfter(standing, wish),
  apply: ({ standing }: { readonly standing?: HookStanding | undefined }, wish: HookWish, on: Subject, api: ApiPlace) =>
    runHook(wish, on, { when: 'after', run: wish.run, ...fromOf(standing) }, api),
  expect: ({ standing }: { readonly standing?: HookStanding | undefined }, { run }: HookWish) => ({
    standing: endedWell({ when: 'after', run, ...fromOf(standing) }),
  }),
  unheld: true,
  ownTime: true,
} as const;
