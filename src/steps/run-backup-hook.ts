import { z } from 'zod';
import { hookOutcomesIn } from '../backup/names.ts';
import { toldOfBackup } from '../commands/backup-hook.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import { hookOutcomes } from '../facts/hook-outcomes.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { judged, needed, satisfied } from '../model/verdict.ts';
import { hookActions, hookCommand, hookWhere } from './hook-command.ts';
import { defineStep } from './step.ts';

const hook = z.object(hookCommand);

/**
 * A hook of the inventory, for what Kubernetes does not back up. It is run once: one that failed has had its turn, and
 * `verify-backup-hooks` says so when the rest is stored.
 */
export const runBackupHook = defineStep({
  id: 'run-backup-hook',
  subject: 'cluster',
  title: ({ hook: wish }) => `hook ${wish.name}, ${hookWhere(wish)}`,
  with: z.strictObject({ run: z.string(), hook, controlPlaneNames: z.array(z.string()) }),
  detect: ({ run, hook: { place } }, on: ClusterSubject) => ({
    outcomes: hookOutcomes(hookOutcomesIn(on.cluster, run)),
    // Says which control plane answers, without its API server.
    ...(place.kind === 'control-plane' ? { etcd: etcdToSave } : {}),
  }),

  check: ({ outcomes }, { hook: wish }) => {
    const ended = outcomes.find((each) => each.hook === wish.name);
    if (ended === undefined) return needed(`run ${wish.argv.join(' ').split('\n')[0]}`);
    return ended.ok ? satisfied : judged([], [{ because: `the hook ${wish.name} failed: ${ended.trouble}`, fix: '' }]);
  },

  apply: (_seen, { run, hook: wish, controlPlaneNames }, { cluster }, api) =>
    hookActions(
      wish,
      { keep: { as: 'backup', backup: run }, told: toldOfBackup(cluster, run), controlPlaneNames },
      api,
    ),
  expect: ({ outcomes }, { hook: { name } }) => ({
    outcomes: [...outcomes.filter((each) => each.hook !== name), { hook: name, ok: true, trouble: '' }],
  }),

  explain: {
    why: 'etcd knows claims, not what is in the volumes: that is saved by whoever knows the application.',
    source: 'docs/backup.md, "What Kubernetes does not save"',
    type: ['velero backup create NAME --include-namespaces shop --wait', 'pg_dump --format=custom --file=… …'],
  },
});
