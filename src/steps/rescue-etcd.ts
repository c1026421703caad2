import { z } from 'zod';
import { rescuedSnapshot, rescuedStatuses } from '../backup/restore-name.ts';
import { removeSnapshot, takeSnapshot } from '../commands/etcd-snapshot.ts';
import { nodeDirectory } from '../commands/systemd-run.ts';
import { etcdAnswer } from '../facts/etcd-here.ts';
import { etcdRestores } from '../facts/etcd-restores.ts';
import { rescuedEtcds } from '../facts/rescued-etcds.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, needed, satisfied } from '../model/verdict.ts';
import { isSwapped, restoreParameter } from './etcd-restoring.ts';
import { snapshotByHand } from './off-node-snapshot.ts';
import { defineStep } from './step.ts';

/**
 * What etcd still holds is kept with the operator before any of its processes is touched: also an etcd whose files were
 * deleted beneath it still gives a whole snapshot (lab). With quorum that of one member says it all; without, each
 * member's own is taken.
 */
export const rescueEtcd = defineStep({
  id: 'rescue-etcd',
  subject: 'node',
  title: () => 'snapshot of what etcd still holds, copied off the node',
  with: z.strictObject({ run: z.string(), restore: restoreParameter }),
  detect: ({ restore }, on: NodeSubject) => ({
    etcd: etcdAnswer,
    restores: etcdRestores,
    rescued: rescuedEtcds(rescuedStatuses(on.cluster, restore)),
  }),

  check: ({ etcd, restores, rescued }, { restore }, on) => {
    // From here on etcd holds what was restored, or nothing.
    if (isSwapped(restores, restore) || rescued.includes(on.node)) return satisfied;
    const running = restores.processes['etcd'] ?? [];
    if (etcd.here === undefined)
      return running.length === 0
        ? satisfied
        : judged(
            [],
            [
              {
                because: `etcd on ${on.node} runs and gives no snapshot (${etcd.why ?? 'no answer'}): what it holds in memory only is lost, its files are kept`,
                fix: `should it matter, stop here and look: nodeops etcd status; journalctl -u kubelet on ${on.node}`,
              },
            ],
          );
    if (etcd.here.learner || (etcd.here.quorum && rescued.length > 0)) return satisfied;
    return needed(`save revision ${etcd.here.revision}, verify, copy to the operator`);
  },

  apply: (_seen, { run, restore }, on) => {
    const kept = `${nodeDirectory}/${run}/etcd-before-restore`;
    return [
      { do: 'exec', on: on.node, command: takeSnapshot(kept) },
      { do: 'fetch', on: on.node, path: `${kept}.db`, artifact: rescuedSnapshot(on.cluster, restore, on.node) },
      {
        do: 'fetch',
        on: on.node,
        path: `${kept}.json`,
        artifact: `${rescuedStatuses(on.cluster, restore)}/${on.node}.json`,
      },
      { do: 'exec', on: on.node, command: removeSnapshot(kept) },
    ];
  },
  expect: ({ rescued }, _wish, on) => ({ rescued: [...rescued, on.node] }),

  preparing: true,
  limits: () => ({ attempts: 2 }),
  incidental: (change) => change.startsWith('save revision '),
  explain: {
    why: 'Whatever made the restore necessary: what etcd still answers may be all that is left of the newest writes.',
    ...snapshotByHand,
  },
});
