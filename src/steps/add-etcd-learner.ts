import { z } from 'zod';
import { addLearner } from '../commands/etcd-replacement.ts';
import { hasReached } from '../facts/etcd-on-node.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, judged, needed, pending, satisfied } from '../model/verdict.ts';
import {
  lostMember,
  newMember,
  othersTroubles,
  peerUrlOf,
  replacementParameter,
  replacingFacts,
} from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** The ID of a member that etcd has yet to give. */
const someId = '1';

/** A new member at the same address, without a vote until it has caught up: a learner costs no quorum. */
export const addEtcdLearner = defineStep({
  id: 'add-etcd-learner',
  subject: 'node',
  title: () => 'add a learner in its place',
  with: z.strictObject({ replacement: replacementParameter }),
  detect: (_wish, on: NodeSubject) => replacingFacts(on.node),

  check: (seen, { replacement }, on) => {
    if (newMember(seen, replacement) !== undefined) return satisfied;
    const url = peerUrlOf(seen.there);
    if (url === undefined)
      return blocked(
        `the manifest of etcd on ${on.node} gives no --initial-advertise-peer-urls: where the others reach it cannot be told`,
        `put the manifest back as kubeadm wrote it: a backup has it in node-${on.node}.tar`,
      );
    if (lostMember(seen, replacement) !== undefined || !hasReached(seen.there, replacement, 'aside'))
      return pending(`the lost member of ${on.node} to be gone, and its data with it`);
    const troubles = othersTroubles(seen, on.node);
    return troubles.length > 0 ? judged(troubles, []) : needed(`member add ${on.node} --learner at ${url}`);
  },

  apply: ({ there }, _wish, on, api) => [
    { do: 'exec', on: api.node, command: addLearner(on.node, peerUrlOf(there) ?? '') },
  ],
  expect: ({ members, there }) => {
    const url = peerUrlOf(there);
    const learner = {
      id: someId,
      name: '',
      peerUrls: url === undefined ? [] : [url],
      clientUrls: [],
      learner: true,
      started: false,
    };
    return { members: [...members, learner] };
  },

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A voter that has yet to start would count for quorum at once: two of three members would have to be three of three.',
    source: 'etcd.io, Learner; kubeadm, etcd AddMember (learners, 1.32 and later)',
    type: ['etcdctl member add NODE --learner --peer-urls=https://IP:2380'],
  },
});
