import { z } from 'zod';
import { ownStatus } from '../commands/etcdctl.ts';
import { versionText } from './read-text.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';
import { readEtcdJson, throughEtcd } from './through-etcd.ts';

/** What a member says of itself, whether or not it hears of the others. */
export interface EtcdHere {
  /** uint64 as decimal text. */
  readonly memberId: string;
  /** uint64 as decimal text: another one after a restore. */
  readonly clusterId: string;
  /** Of the key-value store. */
  readonly revision: number;
  readonly version: Version;
  readonly dbSizeBytes: number;
  /** False where there is no leader: too few members answer each other. */
  readonly quorum: boolean;
  readonly learner: boolean;
  readonly errors: readonly string[];
}

const answer = z.tuple([
  z.object({
    Status: z.object({
      header: z.object({ member_id: z.string(), cluster_id: z.string(), revision: z.number().default(0) }),
      version: versionText,
      dbSize: z.number().default(0),
      leader: z.string().optional(),
      isLearner: z.boolean().default(false),
      errors: z.array(z.string()).default([]),
    }),
  }),
]);

const readHere = (stdout: string): EtcdHere | undefined => {
  const found = answer.safeParse(readEtcdJson(stdout)).data?.[0].Status;
  if (found === undefined) return undefined;
  const { header, version, dbSize: dbSizeBytes, leader, isLearner: learner, errors } = found;
  const { member_id: memberId, cluster_id: clusterId, revision } = header;
  return { memberId, clusterId, revision, version, dbSizeBytes, quorum: leader !== undefined, learner, errors };
};

const parse = throughEtcd(readHere);

/** Of one control plane: also without quorum. Source: etcdctl endpoint status; recorded on the lab, etcd 3.6.6. */
export const etcdHere = defineFact<EtcdHere>({ id: 'etcd-here', subject: 'node', command: ownStatus, parse });

const ableToSave = (output: Output): Parsed<EtcdHere> => {
  const parsed = parse(output);
  return 'value' in parsed && parsed.value.learner ? { unavailable: 'etcd here is a learner' } : parsed;
};

/** Of whichever control plane a snapshot can be taken: a voter that answers, with quorum or without. */
export const etcdToSave = defineFact<EtcdHere>({
  id: 'etcd-to-save',
  subject: 'cluster',
  through: 'etcd',
  command: ownStatus,
  parse: ableToSave,
});

/** Of one control plane, whatever comes of the question: what its etcd says of itself, or why it says nothing. */
export interface EtcdAnswer {
  readonly here?: EtcdHere;
  readonly why?: string;
}

/** As `etcdHere`, for what has to go on also where no etcd answers. */
export const etcdAnswer = defineFact<EtcdAnswer>({
  id: 'etcd-answer',
  subject: 'node',
  command: ownStatus,
  parse: (output) => {
    const parsed = parse(output);
    if ('value' in parsed) return { value: { here: parsed.value } };
    if ('absent' in parsed) return { value: { why: 'etcd has no manifest in its place' } };
    return 'unavailable' in parsed ? { value: { why: parsed.unavailable } } : parsed;
  },
});
