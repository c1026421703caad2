import { z } from 'zod';
import { enableDowngrade } from '../commands/etcdctl.ts';
import { etcdStatus, type EtcdEndpointStatus } from '../facts/etcd-status.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied } from '../model/verdict.ts';
import { minorOf } from '../model/version.ts';
import { defineStep } from './step.ts';

const runs =
  (minor: string) =>
  ({ version }: EtcdEndpointStatus): boolean =>
    minorOf(version) === minor;
const isAllowed =
  (minor: string) =>
  ({ downgradesTo }: EtcdEndpointStatus): boolean =>
    downgradesTo !== undefined && minorOf(downgradesTo) === minor;
const isReady =
  (minor: string) =>
  ({ storageVersion }: EtcdEndpointStatus): boolean =>
    storageVersion !== undefined && minorOf(storageVersion) === minor;

/**
 * etcd lets its members go back a minor only once it was told to, and its storage is ready for it only a moment later. The
 * first of them back there, the whole cluster is: it cannot be told once more, and need not be.
 */
export const allowEtcdDowngrade = defineStep({
  id: 'allow-etcd-downgrade',
  subject: 'node',
  title: ({ minor }) => `etcd lets its members go back to ${minor}`,
  with: z.strictObject({ minor: z.string() }),
  detect: (_wish, _on: NodeSubject) => ({ status: etcdStatus }),

  check: ({ status }, { minor }) => {
    if (status.some(runs(minor))) return satisfied;
    if (!status.some(isAllowed(minor))) return needed(`etcdctl downgrade enable ${minor}`);
    return status.every(isReady(minor))
      ? satisfied
      : pending(
          `every member to have its storage as ${minor} has it`,
          'look closer: etcdctl endpoint status --cluster',
        );
  },
  apply: (_seen, { minor }, on) => [{ do: 'exec', on: on.node, command: enableDowngrade(minor) }],
  expect: ({ status }, { minor }) => ({
    status: status.map((each) => ({ ...each, storageVersion: `${minor}.0`, downgradesTo: `${minor}.0` })),
  }),

  limits: () => ({ attempts: 3, pendingMs: 60_000 }),
  explain: {
    why: 'An older etcd over the data of a newer one ends at once: `invalid downgrade; server version is lower than determined cluster version`.',
    source: 'etcd.io, "Downgrade etcd from v3.6 to v3.5"; tried on three members, 3.6.6 → 3.5.33',
    type: [
      'etcdctl downgrade validate 3.5',
      'etcdctl downgrade enable 3.5',
      'etcdctl endpoint status --cluster -w table',
    ],
  },
});
