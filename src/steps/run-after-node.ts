import { afterHook, hooksSource, typedHook, whyHooks } from './maintenance-hook.ts';
import { defineStep } from './step.ts';

/** An operator's own command after a node was worked on, wherever its before was begun. */
export const runAfterNode = defineStep({
  id: 'run-after-node',
  subject: 'node',
  ...afterHook,
  explain: {
    why: `${whyHooks} Where this fails, no other node is begun.`,
    source: hooksSource,
    type: ['./load-balancer add NODE'],
    typeWith: ({ hook }) => typedHook(hook, './load-balancer add NODE'),
  },
});
