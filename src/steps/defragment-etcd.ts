import { z } from 'zod';
import { defragment } from '../commands/etcdctl.ts';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdStatus, type EtcdEndpointStatus } from '../facts/etcd-status.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { statusOf } from './etcd-condition.ts';
import { defineStep } from './step.ts';

const MiB = 1024 * 1024;
/** Less is there again within minutes, and not worth that the member is away for a moment. */
const worthBytes = MiB;
const worthShare = 0.1;
/** Where etcd takes no more writes, every page counts. */
const worthBytesInNeed = 64 * 1024;

const mebibytes = (bytes: number): string => `${(bytes / MiB).toFixed(bytes < 10 * MiB ? 1 : 0)} MiB`;

const loose = ({ dbSizeBytes, dbInUseBytes }: EtcdEndpointStatus): number => dbSizeBytes - dbInUseBytes;

const ofNode = (members: readonly EtcdMember[], node: string): EtcdMember | undefined =>
  members.find(({ name }) => name === node);

/** Gives back to a member's disk what no key needs. It answers nothing meanwhile: one member at a time. */
export const defragmentEtcd = defineStep({
  id: 'defragment-etcd',
  subject: 'node',
  title: (_wish, on: NodeSubject) => `defragment the database of etcd on ${on.node}`,
  with: z.strictObject({ onlyWithoutSpace: z.boolean().optional() }),
  detect: (_wish, _on: NodeSubject) => ({ members: etcdMembers, status: etcdStatus, alarms: etcdAlarms }),

  check: ({ members, status, alarms }, { onlyWithoutSpace }, on) => {
    const member = ofNode(members, on.node);
    if (member === undefined) return satisfied;
    const inNeed = alarms.some(({ alarm }) => alarm === 'NOSPACE');
    if (onlyWithoutSpace === true && !inNeed) return satisfied;
    const own = statusOf(member, { status });
    if (own === undefined) return pending(`etcd on ${on.node} to tell its status`, 'look closer: nodeops etcd status');
    const free = loose(own);
    const worth = inNeed ? free >= worthBytesInNeed : free >= worthBytes && free >= worthShare * own.dbSizeBytes;
    return worth ? needed(`give back ${mebibytes(free)} of ${mebibytes(own.dbSizeBytes)}`) : satisfied;
  },

  apply: (_seen, _wish, on) => [{ do: 'exec', on: on.node, command: defragment }],

  expect: ({ members, status }, _wish, on) => {
    const member = ofNode(members, on.node);
    return {
      status: status.map((each) =>
        member?.clientUrls.includes(each.endpoint) === true ? { ...each, dbSizeBytes: each.dbInUseBytes } : each,
      ),
    };
  },

  // What is loose is another number at every look.
  incidental: (change) => change.startsWith('give back '),
  limits: () => ({ pendingMs: 60_000, attempts: 2 }),
  explain: {
    why: 'What was deleted and compacted stays inside the file, and counts against the quota, until the file is written anew.',
    source: 'etcd.io, Maintenance, "Defragmentation"',
    type: ['etcdctl --endpoints=https://127.0.0.1:2379 … defrag', 'etcdctl endpoint status --cluster -w table'],
  },
});
