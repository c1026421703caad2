import { z } from 'zod';
import { hostOf } from '../backup/recovery-configuration.ts';
import { addressesOf } from '../facts/addresses-of.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { membersParameter } from '../steps/etcd-restoring.ts';
import { readInitialCluster } from '../backup/etcd-identity.ts';
import { defineStep } from '../steps/step.ts';

/** The address of the first control plane, as its member of etcd has it. */
const firstAddress = (members: string): string => {
  const [first] = readInitialCluster(members) ?? [];
  return first === undefined ? '' : hostOf(new URL(first.peerUrl).host);
};

/** A name of nothing but digits and dots is none (RFC 1123, 2.1), and none has a colon. */
const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

/** Every kubelet, kubeadm and kube-proxy asks for the API server there. */
export const endpointLeadsHere = defineStep({
  id: 'endpoint-leads-here',
  subject: 'node',
  title: ({ endpoint }) => `${endpoint} leads to the first control plane`,
  with: z.strictObject({ endpoint: z.string(), members: membersParameter }),
  detect: ({ endpoint }, _on: NodeSubject) => ({ addresses: addressesOf(hostOf(endpoint)) }),

  check: ({ addresses }, { endpoint, members }, on) => {
    const first = firstAddress(members);
    if (addresses.includes(first)) return satisfied;
    const isName = !isAddress(hostOf(endpoint));
    const leads = addresses.length === 0 ? 'it is not known there' : `there it is ${addresses.join(', ')}`;
    return blocked(
      `${on.node}: the cluster’s endpoint ${endpoint} does not lead to the first control plane, ${first}${isName ? `: ${leads}` : ''}`,
      `give the cluster another: --endpoint ${first}:6443; or ${isName ? 'change the name’s record to' : 'give that address to the host of'} ${first}; where it is a load balancer that forwards to ${first}: --waive endpoint-leads-here='it forwards to ${first}'`,
    );
  },

  waivable: true,
  explain: {
    why: 'No kubelet joins, and none that lives finds its way back, where the endpoint leads to a machine that is gone.',
    source: 'kubeadm, ClusterConfiguration, controlPlaneEndpoint',
    type: ['getent ahosts ENDPOINT'],
  },
});
