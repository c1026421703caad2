import { z } from 'zod';
import { detached, read, write } from '../../src/commands/build.ts';
import { defineFact } from '../../src/facts/fact.ts';
import type { NodeSubject, Subject } from '../../src/model/subject.ts';
import { blocked, needed, pending, satisfied } from '../../src/model/verdict.ts';
import { defineStep, type BoundStep } from '../../src/steps/step.ts';

/** How far the work on a node is: what the steps of these tests look at. */
export const workFact = defineFact<string>({
  id: 'work',
  subject: 'node',
  command: read(['look', 'at', 'work']),
  parse: ({ stdout }) => {
    if (stdout === '') return { unavailable: 'the node does not know' };
    return stdout.startsWith('?') ? { unreadable: stdout } : { value: stdout };
  },
});

const schema = z.strictObject({
  what: z.string().default('work'),
  attempts: z.number().default(1),
  lifetime: z.enum(['attached', 'detached']).default('attached'),
  pendingMs: z.number().default(60_000),
  secret: z.string().optional(),
});

/** Needed until the node says `done`. */
export const workStep = defineStep({
  id: 'do-work',
  subject: 'node',
  title: ({ what }) => what,
  with: schema,
  detect: (_wish, _on: NodeSubject) => ({ work: workFact }),
  check: ({ work }) => {
    if (work === 'done') return satisfied;
    if (work === 'waiting') return pending('the others');
    return work === 'stuck' ? blocked('it is stuck', 'unstick it') : needed(`${work} → done`);
  },
  apply: (_seen, { what, lifetime, secret }, on) => [
    {
      do: 'exec',
      on: on.node,
      command: (lifetime === 'detached' ? detached : write)(['do', what], {
        timeoutMs: 60_000,
        ...(secret === undefined ? {} : { stdin: secret, secret: true }),
      }),
    },
  ],
  expect: () => ({ work: 'done' }),
  limits: ({ attempts, pendingMs }) => ({ attempts, pendingMs }),
  explain: { why: '', source: '', type: [] },
});

/** Waits until the node says `done`. */
export const workDone = defineStep({
  id: 'work-done',
  subject: 'node',
  title: () => 'the work is done',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ work: workFact }),
  check: ({ work }) => (work === 'done' ? satisfied : pending(`the work (${work})`)),
  limits: () => ({ pendingMs: 10_000 }),
  explain: { why: '', source: '', type: [] },
});

export const onNode = (node: string): Subject => ({
  kind: 'node',
  cluster: 'paris',
  node,
  role: 'worker',
  kubeadm: { ignorePreflightErrors: [] },
});
export const work = (node: string, wish: Readonly<Record<string, unknown>> = {}): BoundStep =>
  workStep.bind(wish, onNode(node));
