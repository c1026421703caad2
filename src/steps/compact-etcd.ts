import { z } from 'zod';
import { compact } from '../commands/etcdctl.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdHistory } from '../facts/etcd-history.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

/**
 * Where etcd takes no more writes, API servers cannot compact it either (they write down how far): its old revisions
 * are dropped for them. Nothing where no such alarm is raised.
 */
export const compactEtcd = defineStep({
  id: 'compact-etcd',
  subject: 'cluster',
  title: () => 'drop what etcd keeps of older revisions',
  with: z.strictObject({}),
  detect: (_wish, _on: ClusterSubject) => ({ alarms: etcdAlarms, history: etcdHistory, status: etcdStatus }),

  check: ({ alarms, history }) =>
    alarms.some(({ alarm }) => alarm === 'NOSPACE') && history.kept
      ? needed('compact to the newest revision')
      : satisfied,

  apply: ({ status }, _wish, _on, { node }) => [
    { do: 'exec', on: node, command: compact(Math.max(...status.map(({ revision }) => revision))) },
  ],
  expect: () => ({ history: { kept: false } }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'Old revisions hold the space that a defragmentation gives back; watchers that are further behind begin anew.',
    source: 'etcd.io, Maintenance, "Space quota"',
    type: ['etcdctl endpoint status -w json (its revision)', 'etcdctl compaction REVISION --physical'],
  },
});
