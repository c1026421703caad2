import { afterHook, hooksSource, typedHook, whyHooks } from './maintenance-hook.ts';
import { defineStep } from './step.ts';

/** An operator's own command after a cluster was worked on, wherever its before was begun. */
export const runAfterCluster = defineStep({
  id: 'run-after-cluster',
  subject: 'cluster',
  ...afterHook,
  explain: {
    why: `${whyHooks} Where this fails, the run has failed, though nothing else is left to do.`,
    source: hooksSource,
    type: ['amtool silence expire $(amtool silence query -q cluster=paris)'],
    typeWith: ({ hook }) => typedHook(hook, 'amtool silence expire $(amtool silence query -q cluster=paris)'),
  },
});
