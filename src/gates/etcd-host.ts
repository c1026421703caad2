import { z } from 'zod';
import { diskSpace, type DiskSpace } from '../facts/disk-space.ts';
import { etcdAnswer, type EtcdHere } from '../facts/etcd-here.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { initSystem } from '../facts/init-system.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, pending, type Trouble } from '../model/verdict.ts';
import { nameOfMember } from '../steps/etcd-condition.ts';
import { defineStep } from '../steps/step.ts';

const MiB = 1024 * 1024;
/** What etcd writes meanwhile: two logs of 64 MB that it preallocates (etcd, wal.SegmentSizeBytes). */
const spareBytes = 128 * MiB;

const identityTroubles = (node: string, here: EtcdHere, members: readonly EtcdMember[]): readonly Trouble[] => {
  const name = nameOfMember(here.memberId, members);
  return name === node
    ? []
    : [
        {
          because: `the host behind ${node} runs the etcd member ${name}`,
          fix: `check the address of ${node} in the inventory; an etcd host is called as its member is (--name, ETCD_NAME)`,
        },
      ];
};

/** A snapshot lies in /var/lib/nodeops until it is copied off. */
const roomTroubles = (node: string, { paths }: DiskSpace, { dbSizeBytes }: EtcdHere): readonly Trouble[] => {
  const place = paths['/var'] ?? paths['/'];
  const wanted = dbSizeBytes + spareBytes;
  return place === undefined || place.availableBytes >= wanted
    ? []
    : [
        {
          because: `${node}: the disk of ${place.mount} has ${Math.floor(place.availableBytes / MiB)} MiB left; a snapshot needs ${Math.ceil(wanted / MiB)} MiB there for a while`,
          fix: `make room on ${node}: apt-get clean, journalctl --vacuum-size=200M`,
        },
      ];
};

/** A host of etcd: the member of its name answers there, and a snapshot can be taken without filling its disk. */
export const etcdHost = defineStep({
  id: 'etcd-host',
  subject: 'node',
  title: () => 'the etcd member of its name',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ etcd: etcdAnswer, members: etcdMembers, disk: diskSpace, init: initSystem }),

  check: ({ etcd: { here, why }, members, disk, init }, _wish, on) => {
    if (here === undefined)
      return pending(
        `the etcd on ${on.node} to answer: ${why ?? 'it could not be asked'}`,
        `see why on ${on.node}: systemctl status etcd; journalctl -u etcd`,
      );
    return judged(
      [
        ...identityTroubles(on.node, here, members),
        ...roomTroubles(on.node, disk, here),
        ...(init.pid1 === 'systemd'
          ? []
          : [
              {
                because: `${on.node}: process 1 is ${init.pid1}; commands that must outlive the connection run as units of systemd`,
                fix: `take the snapshot by hand with etcdctl on ${on.node}; nodeops needs systemd there`,
              },
            ]),
      ],
      [],
    );
  },

  limits: () => ({ pendingMs: 60_000 }),
  waivable: true,
  explain: {
    why: 'Two swapped addresses must not pass, and a snapshot must not be what fills the disk that etcd writes to.',
    source: 'etcd.io, Maintenance, "Space quota"; systemd-run(1)',
    type: ['systemctl status etcd', 'etcdctl endpoint status', 'df -h /var/lib'],
  },
});
