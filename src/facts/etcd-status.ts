import { z } from 'zod';
import { endpointStatus } from '../commands/etcdctl.ts';
import type { Version } from '../model/version.ts';
import { versionText } from './read-text.ts';
import { defineEtcdFact } from './through-etcd.ts';

export interface EtcdEndpointStatus {
  readonly endpoint: string;
  /** uint64 as decimal text. */
  readonly memberId: string;
  /** uint64 as decimal text: another one after a restore. */
  readonly clusterId: string;
  readonly version: Version;
  /** From 3.6 on. */
  readonly storageVersion?: Version;
  readonly dbSizeBytes: number;
  readonly leader: boolean;
  readonly raftIndex: number;
  readonly raftAppliedIndex: number;
  readonly learner: boolean;
  readonly errors: readonly string[];
}

const status = z.object({
  header: z.object({ cluster_id: z.string(), member_id: z.string() }),
  version: versionText,
  storageVersion: versionText.optional(),
  dbSize: z.number().default(0),
  leader: z.string().optional(),
  raftIndex: z.number().default(0),
  raftAppliedIndex: z.number().default(0),
  isLearner: z.boolean().default(false),
  errors: z.array(z.string()).default([]),
});

const answer = z.array(
  z
    .object({ Endpoint: z.string(), Status: status })
    .transform(({ Endpoint: endpoint, Status: seen }): EtcdEndpointStatus => ({
      endpoint,
      memberId: seen.header.member_id,
      clusterId: seen.header.cluster_id,
      version: seen.version,
      ...(seen.storageVersion === undefined ? {} : { storageVersion: seen.storageVersion }),
      dbSizeBytes: seen.dbSize,
      leader: seen.leader === seen.header.member_id,
      raftIndex: seen.raftIndex,
      raftAppliedIndex: seen.raftAppliedIndex,
      learner: seen.isLearner,
      errors: seen.errors,
    })),
);

/** Members that do not answer are missing here. Source: etcdctl endpoint status --cluster; recorded on the lab, 3.6.6. */
export const etcdStatus = defineEtcdFact<readonly EtcdEndpointStatus[]>({
  id: 'etcd-status',
  command: endpointStatus,
  parse: (json) => answer.safeParse(json).data,
});
