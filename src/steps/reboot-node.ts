import { z } from 'zod';
import { restartNode } from '../commands/systemctl.ts';
import { nodeRestart } from '../facts/node-marks.ts';
import { rebootRequired, type RebootRequired } from '../facts/reboot-required.ts';
import { rebootModes } from '../model/reboot-mode.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { maintenanceName } from './maintenance-name.ts';
import { defineStep } from './step.ts';

/** systemd ends a unit that does not stop by itself after 90 s (systemd.service(5), TimeoutStopSec); some wait longer. */
const goesDownWithinSeconds = 300;

const why = ({ packages, newerKernel }: RebootRequired): string => {
  if (newerKernel !== undefined) return `restart, for the kernel ${newerKernel}`;
  return packages.length === 0 ? 'restart' : `restart, for ${packages.join(', ')}`;
};

/**
 * Restarts a node once in a maintenance. Which boot was before is kept on the node, so that a run that goes on after it
 * was lost, or that is typed again, sees whether it has happened.
 */
export const rebootNode = defineStep({
  id: 'reboot-node',
  subject: 'node',
  title: () => 'restart the machine',
  with: z.strictObject({ maintenance: maintenanceName, reboot: z.enum(rebootModes).optional() }),
  detect: ({ maintenance }, _on: NodeSubject) => ({ restart: nodeRestart(maintenance), required: rebootRequired }),

  check: ({ restart, required }, { reboot = 'required' }, on) => {
    if (reboot === 'never' || restart.kind === 'done') return satisfied;
    if (restart.kind === 'asked' && restart.secondsAgo < goesDownWithinSeconds)
      return pending(
        `${on.node} to go down (asked ${restart.secondsAgo} s ago)`,
        `see what holds it: systemctl list-jobs on ${on.node}`,
      );
    return reboot === 'required' && !required.required ? satisfied : needed(why(required));
  },

  apply: (_seen, { maintenance }, on) => [{ do: 'exec', on: on.node, command: restartNode(maintenance) }],
  expect: () => ({ restart: { kind: 'done' as const }, required: { required: false, packages: [] } }),

  limits: () => ({ pendingMs: 20 * 60_000, attempts: 2 }),
  explain: {
    why: 'A new kernel, and libraries of processes that never end, count only after a restart; the node is drained for it.',
    source: 'kubernetes.io, Safely Drain a Node; Debian Policy, /run/reboot-required; systemctl(1), "reboot"',
    type: ['systemctl reboot'],
  },
});
