import { hookStanding } from '../facts/hook-standing.ts';
import type { NodeSubject } from '../model/subject.ts';
import {
  checkAfter,
  endedWell,
  fromOf,
  hookedOf,
  hooksSource,
  hookTitle,
  typedHook,
  hookWish,
  runHook,
  whyHooks,
} from './maintenance-hook.ts';
import { defineStep } from './step.ts';

/** An operator's own command after a node was worked on, wherever its before was begun. */
export const runAfterNode = defineStep({
  id: 'run-after-node',
  subject: 'node',
  title: (wish, on: NodeSubject) => hookTitle(wish, 'after', on),
  with: hookWish,
  detect: ({ hook }, on: NodeSubject) => ({ standing: hookStanding(hookedOf(on, hook)) }),
  optional: ['standing'],

  check: ({ standing }, wish) => checkAfter(standing, wish),
  apply: ({ standing }, wish, on, api) => runHook(wish, on, { when: 'after', run: wish.run, ...fromOf(standing) }, api),
  expect: ({ standing }, { run }) => ({ standing: endedWell({ when: 'after', run, ...fromOf(standing) }) }),

  unheld: true,
  ownTime: true,
  explain: {
    why: `${whyHooks} Where this fails, no other node is begun.`,
    source: hooksSource,
    type: ['./load-balancer add NODE'],
    typeWith: ({ hook }) => typedHook(hook, './load-balancer add NODE'),
  },
});
