import { z } from 'zod';
import { aptLock as lockFact } from '../facts/apt-lock.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** Nobody else is installing packages just now; unattended upgrades are waited for. */
export const aptLock = defineStep({
  id: 'apt-lock',
  subject: 'node',
  title: () => 'apt is free',
  with: z.strictObject({ lockSeconds: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ lock: lockFact }),

  check: ({ lock }, _wish, on) =>
    lock.held
      ? pending(
          `apt's lock, held by ${lock.holders.map(({ command, pid }) => `${command} (${pid})`).join(', ')}`,
          `let it finish, or stop it on ${on.node} (ps -fp ${lock.holders.map(({ pid }) => pid).join(',')}); a longer wait is apt: { lockTimeout: 15m } in the inventory`,
        )
      : satisfied,

  limits: ({ lockSeconds }) => ({ pendingMs: lockSeconds * 1000 }),
  waivable: true,
  explain: {
    why: 'dpkg lets one installation run at a time.',
    source: 'apt.conf(5), DPkg::Lock::Timeout',
    type: ['fuser -v /var/lib/dpkg/lock-frontend'],
  },
});
