import { z } from 'zod';
import { etcdRestores, hasMark } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged } from '../model/verdict.ts';
import { restoreParameter } from '../steps/etcd-restoring.ts';
import { defineStep } from '../steps/step.ts';

const MiB = 1024 * 1024;
/** etcdutl, as it is in etcd's image: 17 MiB (lab, 3.6.6). */
const toolBytes = 32 * MiB;
/** Two logs of 64 MB that etcd preallocates (etcd, wal.SegmentSizeBytes), and what is written until anybody looks. */
const logBytes = 192 * MiB;

/** Room for the snapshot and for the data that are made of it; the old data stay, and are only renamed. */
export const restoreRoom = defineStep({
  id: 'restore-room',
  subject: 'node',
  title: () => 'room for the snapshot and the restored data',
  with: z.strictObject({ restore: restoreParameter, bytes: z.number() }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore, bytes }, on) => {
    const snapshot = hasMark(restores, restore, 'staged') ? 0 : bytes + toolBytes;
    const data = hasMark(restores, restore, 'restored') ? 0 : bytes + logBytes;
    const { room } = restores;
    const shared = room.state?.fileSystem === room.data?.fileSystem;
    const wanted = [
      { where: '/var/lib', room: room.state, bytes: snapshot + (shared ? data : 0) },
      { where: restores.flags['data-dir'] ?? 'the data of etcd', room: room.data, bytes: shared ? 0 : data },
    ];
    return judged(
      wanted.flatMap((each) =>
        each.room === undefined || each.room.availableBytes >= each.bytes
          ? []
          : [
              {
                because: `${on.node}: ${each.where} has ${Math.floor(each.room.availableBytes / MiB)} MiB left; the restore needs ${Math.ceil(each.bytes / MiB)} MiB there`,
                fix: `make room on ${on.node}: old copies in /etc/kubernetes/tmp, data of earlier restores (docs/restore.md), apt-get clean, journalctl --vacuum-size=200M`,
              },
            ],
      ),
      [],
    );
  },

  waivable: true,
  explain: {
    why: 'A disk that fills up in the middle leaves a control plane without etcd.',
    source: 'df(1); etcd, wal.SegmentSizeBytes',
    type: ['df -h /var/lib /var/lib/etcd'],
  },
});
