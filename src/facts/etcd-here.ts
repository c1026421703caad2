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
      header: z.object({ member_id: z.string() }),
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
  return { memberId: header.member_id, version, dbSizeBytes, quorum: leader !== undefined, learner, errors };
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
