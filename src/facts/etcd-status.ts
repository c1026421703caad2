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
  /** The cluster was allowed to go back to this minor, `3.5.0`; from 3.6 on. */
  readonly downgradesTo?: Version;
  readonly dbSizeBytes: number;
  /** What of it holds keys: a defragmentation frees the rest. */
  readonly dbInUseBytes: number;
  /** From 3.6 on; before, only the flags of the process tell it. */
  readonly quotaBytes?: number;
  readonly leader: boolean;
  /** Of the key-value store. */
  readonly revision: number;
  readonly raftIndex: number;
  readonly raftAppliedIndex: number;
  readonly learner: boolean;
  readonly errors: readonly string[];
}

const status = z.object({
  header: z.object({ cluster_id: z.string(), member_id: z.string(), revision: z.number().default(0) }),
  version: versionText,
  storageVersion: versionText.optional(),
  downgradeInfo: z.object({ enabled: z.boolean().default(false), targetVersion: versionText.optional() }).optional(),
  dbSize: z.number().default(0),
  dbSizeInUse: z.number().default(0),
  dbSizeQuota: z.number().optional(),
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
      ...(seen.downgradeInfo?.enabled === true && seen.downgradeInfo.targetVersion !== undefined
        ? { downgradesTo: seen.downgradeInfo.targetVersion }
        : {}),
      dbSizeBytes: seen.dbSize,
      dbInUseBytes: seen.dbSizeInUse,
      ...(seen.dbSizeQuota === undefined ? {} : { quotaBytes: seen.dbSizeQuota }),
      leader: seen.leader === seen.header.member_id,
      revision: seen.header.revision,
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
