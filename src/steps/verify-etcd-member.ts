import { z } from 'zod';
import { kubeletUnit } from '../facts/kubelet-unit.ts';
import { nodes } from '../facts/nodes.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import { hexId } from '../facts/through-etcd.ts';
import type { NodeSubject } from '../model/subject.ts';
import { pending, satisfied } from '../model/verdict.ts';
import { etcdTroubles } from './etcd-condition.ts';
import { lostMember, newMember, replacementParameter, replacingFacts, runsAs } from './etcd-replacing.ts';
import { defineStep } from './step.ts';

/** Every control plane has its member again: a voter, healthy, caught up; the API server beside the new one is ready, and its node Ready. */
export const verifyEtcdMember = defineStep({
  id: 'verify-etcd-member',
  subject: 'node',
  title: () => 'every member votes and is well, and the API server beside the new one is ready',
  with: z.strictObject({ replacement: replacementParameter, controlPlaneNames: z.array(z.string()) }),
  detect: (_wish, on: NodeSubject) => ({ ...replacingFacts(on.node), unit: kubeletUnit, api: ownApiServer, nodes }),
  optional: ['api'],

  check: ({ unit, api, nodes: all, ...seen }, { replacement, controlPlaneNames }, on) => {
    const look = 'look closer: nodeops etcd status';
    const fresh = newMember(seen, replacement);
    const lost = lostMember(seen, replacement);
    if (lost !== undefined) return pending(`the lost member ${hexId(lost.id)} to be out of etcd’s list`, look);
    if (!runsAs(seen, fresh)) return pending(`the etcd of ${on.node} to answer as its new member`, look);
    const troubles = etcdTroubles(seen);
    const absent = controlPlaneNames.filter((name) => !seen.members.some((member) => member.name === name));
    const wrong = [...troubles, ...absent.map((name) => `${name} has no member`)];
    if (wrong.length > 0) return pending(wrong.join('; '), look);
    if (!unit.active) return pending(`the kubelet of ${on.node} to run (${unit.subState})`);
    if (api?.ready !== true)
      return pending(
        `the API server of ${on.node} to be ready: ${api?.detail ?? 'no answer'}`,
        `look on ${on.node}: journalctl -u kubelet; the logs in /var/log/pods`,
      );
    // Its kubelet reports through the API server beside it, which was away for as long as etcd was.
    const { ready } = all.find(({ name }) => name === on.node) ?? { ready: 'Unknown' };
    return ready === 'True' ? satisfied : pending(`${on.node} to be Ready again (Ready ${ready})`);
  },

  limits: () => ({ pendingMs: 420_000 }),
  explain: {
    why: 'A member that was promoted is one of the cluster only once it is healthy, has caught up, and serves the API server beside it.',
    source: 'etcd.io, FAQ, "What is failure tolerance?"; kubernetes.io, Kubernetes API health endpoints',
    type: [
      'etcdctl member list -w table',
      'etcdctl endpoint status --cluster -w table',
      'etcdctl endpoint health --cluster',
      'kubectl --server=https://NODE:6443 get --raw /readyz',
      'kubectl get node NODE',
    ],
  },
});
