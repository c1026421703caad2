import { z } from 'zod';
import { memberList } from '../commands/etcdctl.ts';
import { defineEtcdFact } from './through-etcd.ts';

export interface EtcdMember {
  /** uint64 as decimal text. */
  readonly id: string;
  /** Empty until the member has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
  readonly started: boolean;
}

const answer = z.object({
  members: z.array(
    z
      .object({
        ID: z.string(),
        name: z.string().default(''),
        peerURLs: z.array(z.string()).default([]),
        clientURLs: z.array(z.string()).default([]),
        isLearner: z.boolean().default(false),
      })
      .transform(({ ID: id, name, peerURLs: peerUrls, clientURLs: clientUrls, isLearner: learner }): EtcdMember => ({
        id,
        name,
        peerUrls,
        clientUrls,
        learner,
        started: name !== '',
      })),
  ),
});

/** Source: etcdctl member list; recorded on the lab, etcd 3.6.6. */
export const etcdMembers = defineEtcdFact<readonly EtcdMember[]>({
  id: 'etcd-members',
  command: memberList,
  parse: (json) => answer.safeParse(json).data?.members,
});
