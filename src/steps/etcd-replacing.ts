import { z } from 'zod';
import { etcdAlarms } from '../facts/etcd-alarms.ts';
import { beside } from '../facts/etcd-beside.ts';
import { etcdHealth } from '../facts/etcd-health.ts';
import { etcdAnswer, type EtcdAnswer } from '../facts/etcd-here.ts';
import { etcdMembers, type EtcdMember } from '../facts/etcd-members.ts';
import { etcdOnNode, hasReached, type EtcdOnNode } from '../facts/etcd-on-node.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { Trouble } from '../model/verdict.ts';
import { clusterOf, memberTroubles, quorum, type EtcdSight } from './etcd-condition.ts';

/** One replacement on one node: `2-8e9e05c52164694d` is the second there, of the member with that ID. */
export interface ReplacementName {
  readonly number: number;
  /** In hexadecimal; missing where none has to go: it went before, or what is there is gone on with. */
  readonly lost?: string;
}

export const replacementNameText = ({ number, lost = '0' }: ReplacementName): string => `${number}-${lost}`;

/** Undefined for what is none. */
export const readReplacementName = (text: string): ReplacementName | undefined => {
  const [, number = '', lost = ''] = /^([1-9]\d{0,5})-(0|[1-9a-f][0-9a-f]{0,15})$/.exec(text) ?? [];
  if (number === '') return undefined;
  return { number: Number(number), ...(lost === '0' ? {} : { lost }) };
};

/** The parameter that names a replacement: it becomes part of paths. */
export const replacementParameter = z.string().refine((text) => readReplacementName(text) !== undefined, {
  error: 'expected the number of a replacement and the ID of the lost member, such as 1-8e9e05c52164694d',
});

/** What each step looks at: the node whose member is replaced, and etcd as the other control planes tell it. */
export const replacingFacts = (node: string) => ({
  there: etcdOnNode,
  here: etcdAnswer,
  members: beside(node, etcdMembers),
  health: beside(node, etcdHealth),
  status: beside(node, etcdStatus),
  alarms: beside(node, etcdAlarms),
});

export interface ReplacingSight extends EtcdSight {
  readonly there: EtcdOnNode;
  readonly here: EtcdAnswer;
}

/** Where the member of a node is reached by the others, as its manifest has it. */
export const peerUrlOf = ({ flags }: EtcdOnNode): string | undefined => flags['initial-advertise-peer-urls'];

/** The members at a node's own address. */
const membersHere = ({ members, there }: Pick<ReplacingSight, 'members' | 'there'>): readonly EtcdMember[] => {
  const url = peerUrlOf(there);
  return url === undefined ? [] : members.filter(({ peerUrls }) => peerUrls.includes(url));
};

/** The member that is to go; undefined once it went. */
export const lostMember = ({ members }: Pick<EtcdSight, 'members'>, replacement: string): EtcdMember | undefined => {
  const lost = readReplacementName(replacement)?.lost;
  return lost === undefined ? undefined : members.find(({ id }) => hexId(id) === lost);
};

/** The member that takes its place; undefined until it was added. */
export const newMember = (
  seen: Pick<ReplacingSight, 'members' | 'there'>,
  replacement: string,
): EtcdMember | undefined => {
  const lost = readReplacementName(replacement)?.lost;
  return membersHere(seen).find(({ id }) => hexId(id) !== lost);
};

/** The etcd of the node answers as that member of that cluster. */
export const runsAs = ({ here: { here }, status }: ReplacingSight, member: EtcdMember | undefined): boolean =>
  here !== undefined && member !== undefined && here.memberId === member.id && here.clusterId === clusterOf(status);

/** From here on the etcd of the node is the new member's: what had to be stopped for it is not stopped again. */
export const isReplaced = (seen: ReplacingSight, replacement: string): boolean =>
  hasReached(seen.there, replacement, 'aside') || runsAs(seen, newMember(seen, replacement));

/**
 * Why the others do not carry etcd alone; empty where they do: each started, a voter, healthy, caught up, and enough of
 * them for quorum while the lost one still counts.
 */
export const othersTroubles = (seen: ReplacingSight, node: string): readonly Trouble[] => {
  const own = [...membersHere(seen), ...seen.members.filter(({ name }) => name === node)].map(({ id }) => id);
  const look = 'look closer: nodeops etcd status; one member is replaced at a time, while the others are well';
  const troubles = memberTroubles(seen).filter(({ member }) => !own.includes(member.id));
  const voters = seen.members.filter(({ learner }) => !learner);
  const others = voters.filter(({ id }) => !own.includes(id)).length;
  return [
    ...troubles.map(({ member, kind, text }) => ({
      because: text,
      fix:
        kind === 'learner' || kind === 'not-started'
          ? `finish it first, with the name of its node: nodeops etcd replace-member NODE (${member.peerUrls.join(', ')}); etcd takes one learner at a time`
          : look,
    })),
    ...(others >= quorum(voters.length)
      ? []
      : [
          {
            because: `without ${node} etcd has ${others} of ${voters.length} voters, and ${quorum(voters.length)} are needed: it could not even take the lost one out of its list`,
            fix: 'save what there is (nodeops etcd snapshot), and restore all members from a backup: nodeops restore last',
          },
        ]),
  ];
};

/** As `--initial-cluster` has to have them: etcd compares it with its list (etcd, ValidateClusterAndAssignIDs). */
export const initialClusterFor = (
  seen: Pick<ReplacingSight, 'members' | 'there'>,
  replacement: string,
  node: string,
): string => {
  const fresh = newMember(seen, replacement);
  return seen.members
    .flatMap(({ id, name, peerUrls }) => {
      const called = id === fresh?.id ? node : name;
      return peerUrls.map((url) => `${called}=${url}`);
    })
    .toSorted()
    .join(',');
};
