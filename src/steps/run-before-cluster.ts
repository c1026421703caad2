import { hookStanding } from '../facts/hook-standing.ts';
import { kubeadmConfig, type KubeadmConfig } from '../facts/kubeadm-config.ts';
import type { ClusterSubject } from '../model/subject.ts';
import {
  checkBefore,
  endedWell,
  hookedOf,
  hooksSource,
  hookTitle,
  typedHook,
  hookWish,
  runHook,
  whyHooks,
  type HookTurn,
  type HookWish,
} from './maintenance-hook.ts';
import { defineStep } from './step.ts';

const turnOf = ({ run }: HookWish, { kubernetesVersion: from }: KubeadmConfig): HookTurn => ({
  when: 'before',
  run,
  from,
});

/** An operator's own command before the first node of a cluster is touched. */
export const runBeforeCluster = defineStep({
  id: 'run-before-cluster',
  subject: 'cluster',
  title: (wish, on: ClusterSubject) => hookTitle(wish, 'before', on),
  with: hookWish,
  detect: ({ hook }, on: ClusterSubject) => ({ standing: hookStanding(hookedOf(on, hook)), config: kubeadmConfig }),
  optional: ['standing'],

  check: ({ standing }, wish) => checkBefore(standing, wish),
  apply: ({ config }, wish, on, api) => runHook(wish, on, turnOf(wish, config), api),
  expect: ({ config }, wish) => ({ standing: endedWell(turnOf(wish, config)) }),

  unheld: true,
  ownTime: true,
  explain: {
    why: `${whyHooks} Where this fails, no node is touched.`,
    source: hooksSource,
    type: ['amtool silence add cluster=paris --duration=4h'],
    typeWith: ({ hook }) => typedHook(hook, 'amtool silence add cluster=paris --duration=4h'),
  },
});
