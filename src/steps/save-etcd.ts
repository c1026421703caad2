import { z } from 'zod';
import { beside } from '../facts/etcd-beside.ts';
import { etcdToSave } from '../facts/etcd-here.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { snapshotActions, snapshotByHand, snapshotExpected, snapshotFacts } from './off-node-snapshot.ts';
import { defineStep } from './step.ts';

/** The name, without ending, of the snapshot that a run was made for. */
export const savedName = (cluster: string, run: string): string => `${cluster}/${run}/etcd-snapshot`;

/** A snapshot of etcd for its own sake, of the first member that can give one: with quorum or without. */
export const saveEtcd = defineStep({
  id: 'save-etcd',
  subject: 'cluster',
  title: () => 'etcd snapshot, verified and copied off the node',
  with: z.strictObject({
    run: z.string(),
    /** A node whose etcd is not asked: what that has may be no data of this cluster. */
    node: z.string().optional(),
  }),
  detect: ({ run, node }, on: ClusterSubject) => ({
    etcd: node === undefined ? etcdToSave : beside(node, etcdToSave),
    ...snapshotFacts(savedName(on.cluster, run)),
  }),
  optional: ['snapshot', 'status'],

  check: ({ snapshot, status }) =>
    snapshot !== undefined && status !== undefined ? satisfied : needed('save, verify, copy to the operator'),

  apply: (_seen, { run }, on, { node }) => snapshotActions(node, run, savedName(on.cluster, run)),
  expect: snapshotExpected,

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A snapshot is the way back when all members are lost; one that was never verified is a hope.',
    ...snapshotByHand,
  },
});
