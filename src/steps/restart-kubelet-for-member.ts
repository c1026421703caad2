import { z } from 'zod';
import { restartKubeletForMember as restart } from '../commands/etcd-replacement.ts';
import { hasReached, withReached } from '../facts/etcd-on-node.ts';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { othersTroubles, replacementParameter, replacingFacts } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/**
 * The API server beside a lost member has crashed again and again, and its kubelet waits up to five minutes before it
 * starts it once more (CrashLoopBackOff); one that was restarted waits no longer, and leaves what runs alone.
 */
export const restartKubeletForMember = defineStep({
  id: 'restart-kubelet-for-member',
  subject: 'node',
  title: () => 'restart the kubelet where its API server is not back yet',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => ({ ...replacingFacts(on.node), unit: kubeletUnit, api: ownApiServer }),
  optional: ['api'],

  check: ({ unit, api, ...seen }, { replacement }, on) => {
    if (api?.ready !== true && !hasReached(seen.there, replacement, 'kubelet')) {
      const [trouble] = othersTroubles(seen, on.node);
      return trouble === undefined
        ? needed('it may wait for minutes before it starts an API server that has crashed')
        : pending(trouble.because, trouble.fix);
    }
    return unit.active ? satisfied : pending(`the kubelet of ${on.node} to run (${unit.subState})`);
  },
  apply: (_seen, { replacement }, on) => [{ do: 'exec', on: on.node, command: restart(replacement) }],
  expect: ({ there, unit }, { replacement }) => ({
    there: withReached(there, replacement, 'kubelet'),
    unit: { ...unit, active: true, subState: 'running' },
  }),

  incidental: () => true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'How often a container has crashed a kubelet keeps in memory only.',
    source: 'kubernetes.io, Pod Lifecycle, "How Pods handle problems with containers"; lab',
    type: ['systemctl restart kubelet'],
  },
});
