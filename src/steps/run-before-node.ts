import { hookStanding } from '../facts/hook-standing.ts';
import { kubeletVersions, type KubeletVersions } from '../facts/kubelet-versions.ts';
import type { NodeSubject } from '../model/subject.ts';
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

const turnOf = ({ run }: HookWish, { installed: from }: KubeletVersions): HookTurn => ({
  when: 'before',
  run,
  ...(from === undefined ? {} : { from }),
});

/** An operator's own command before a node is touched; it is told the node and its version. */
export const runBeforeNode = defineStep({
  id: 'run-before-node',
  subject: 'node',
  title: (wish, on: NodeSubject) => hookTitle(wish, 'before', on),
  with: hookWish,
  detect: ({ hook }, on: NodeSubject) => ({ standing: hookStanding(hookedOf(on, hook)), kubelet: kubeletVersions }),
  optional: ['standing'],

  check: ({ standing }, wish) => checkBefore(standing, wish),
  apply: ({ kubelet }, wish, on, api) => runHook(wish, on, turnOf(wish, kubelet), api),
  expect: ({ kubelet }, wish) => ({ standing: endedWell(turnOf(wish, kubelet)) }),

  unheld: true,
  ownTime: true,
  explain: {
    why: `${whyHooks} Where this fails, the node is not touched.`,
    source: hooksSource,
    type: ['./load-balancer drain NODE'],
    typeWith: ({ hook }) => typedHook(hook, './load-balancer drain NODE'),
  },
});
