import { z } from 'zod';
import { forgetJoins } from '../commands/kubeadm-join.ts';
import { hostRecord } from '../commands/new-host.ts';
import { newHost, type NewHost } from '../facts/new-host.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { defineStep } from './step.ts';

const ofCluster = ({ joins }: NewHost, cluster: string): readonly string[] =>
  joins.filter((path) => path.startsWith(`${cluster}/`));

/** What hosts joined with is good for nobody any more, and the authorities' keys are in no Secret. */
export const forgetJoinSecrets = defineStep({
  id: 'forget-join-secrets',
  subject: 'node',
  title: () => 'delete what hosts joined with',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({ host: newHost }),

  check: ({ host }, _wish, { cluster }) => {
    const left = ofCluster(host, cluster);
    return left.length === 0 ? satisfied : needed(...left.map((path) => `delete the token of ${path}`));
  },
  apply: (_seen, _wish, { cluster, node }) => [{ do: 'exec', on: node, command: forgetJoins(hostRecord(cluster)) }],
  expect: ({ host }, _wish, { cluster }) => ({
    host: { ...host, joins: host.joins.filter((path) => !ofCluster(host, cluster).includes(path)) },
  }),

  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'A bootstrap token lets whoever has it become a node; the Secret with the authorities’ keys would stay for two hours.',
    source: 'kubernetes.io, kubeadm token; kubeadm init, "Uploading control-plane certificates to the cluster"',
    type: ['kubeadm token list', 'kubeadm token delete ID', 'kubectl -n kube-system delete secret kubeadm-certs'],
  },
});
