import { z } from 'zod';
import { hostClock } from '../facts/host-clock.ts';
import { clockOfCluster, nodeLeases } from '../facts/node-leases.ts';
import { aheadOf, unclearMs } from '../model/clock-reading.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied } from '../model/verdict.ts';
import { defineStep } from '../steps/step.ts';

/** What a clock may be off that is synchronized, and then some. */
const noticedMs = 10_000;
/** Leases are over after 40 s: beyond this a node that is well looks dead, and a dead one alive. */
const refusedMs = 30_000;

const seconds = (ms: number): string => `${Math.round(Math.abs(ms) / 1000)} s ${ms > 0 ? 'ahead of' : 'behind'}`;

/** The host's clock agrees with that of the control planes. */
export const clockSkew = defineStep({
  id: 'clock-skew',
  subject: 'node',
  title: () => 'clock',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ clock: hostClock, leases: nodeLeases }),

  check: ({ clock, leases }, _wish, on) => {
    const ofCluster = clockOfCluster(leases);
    const skew = aheadOf(clock, ofCluster);
    const trouble = {
      because: `${on.node}: its clock is ${seconds(skew)} that of the control planes`,
      fix: 'compare `date` on both, and see that it is synchronized: timedatectl; chronyc tracking',
    };
    if (Math.abs(skew) > refusedMs) return judged([trouble], []);
    if (Math.abs(skew) > noticedMs) return judged([], [trouble]);
    const unclear = unclearMs(clock, ofCluster);
    if (unclear <= refusedMs) return satisfied;
    return judged(
      [],
      [
        {
          because: `${on.node}: asking took ${Math.round(unclear / 1000)} s, and whether its clock agrees with that of the control planes cannot be told as closely as that`,
          fix: trouble.fix,
        },
      ],
    );
  },

  waivable: true,
  explain: {
    why: 'Certificates, tokens and leases are judged by the clock; a node whose clock is wrong looks dead when it is well.',
    source: 'kubernetes.io, Nodes, "Heartbeats"; etcd.io, Hardware recommendations',
    type: ['date', 'timedatectl'],
  },
});
