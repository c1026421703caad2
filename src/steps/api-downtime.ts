import { z } from 'zod';
import { formatDuration } from '../model/duration.ts';
import { apiSeen } from '../facts/api-seen.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const seconds = (ms: number): string => formatDuration(Math.round(ms / 1000) * 1000);

/**
 * Before a node is begun: the API was not away for longer, in all of this run, than may be. Who goes on with another
 * run begins to count anew, and has seen why it stopped.
 */
export const apiDowntime = defineStep({
  id: 'api-downtime',
  subject: 'cluster',
  title: () => 'the API was not away for too long',
  with: z.strictObject({ maxApiDowntimeMs: z.number().optional() }),
  detect: (_wish, _on: ClusterSubject) => ({ seen: apiSeen }),

  check: ({ seen: { awayMs, longestMs } }, { maxApiDowntimeMs: limit }) =>
    limit === undefined || awayMs <= limit
      ? satisfied
      : blocked(
          `the API was away for ${seconds(awayMs)} of this run (at most ${seconds(longestMs)} at once), and ${formatDuration(limit)} is the most that it may: no further node is begun`,
          'see what kept it away (load balancer, etcd, the log of the API servers), or allow more with --max-api-downtime',
        ),

  foreseen: true,
  unheld: true,
  explain: {
    why: 'A cluster whose API is away for longer than expected is better looked at before the next node is taken out.',
    source: 'docs/high-availability.md',
    type: ['while sleep 1; do curl --insecure --max-time 3 https://ENDPOINT/readyz; done'],
  },
});
