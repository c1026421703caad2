import { hookStanding } from '../facts/hook-standing.ts';
import type { ClusterSubject } from '../model/subject.ts';
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

/** An operator's own command after a cluster was worked on, wherever its before was begun. */
export const runAfterCluster = defineStep({
  id: 'run-after-cluster',
  subject: 'cluster',
  title: (wish, on: ClusterSubject) => hookTitle(wish, 'after', on),
  with: hookWish,
  detect: ({ hook }, on: ClusterSubject) => ({ standing: hookStanding(hookedOf(on, hook)) }),
  optional: ['standing'],

  check: ({ standing }, wish) => checkAfter(standing, wish),
  apply: ({ standing }, wish, on, api) => runHook(wish, on, { when: 'after', run: wish.run, ...fromOf(standing) }, api),
  expect: ({ standing }, { run }) => ({ standing: endedWell({ when: 'after', run, ...fromOf(standing) }) }),

  unheld: true,
  ownTime: true,
  explain: {
    why: `${whyHooks} Where this fails, the run has failed, though nothing else is left to do.`,
    source: hooksSource,
    type: ['amtool silence expire $(amtool silence query -q cluster=paris)'],
    typeWith: ({ hook }) => typedHook(hook, 'amtool silence expire $(amtool silence query -q cluster=paris)'),
  },
});
