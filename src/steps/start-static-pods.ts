import { z } from 'zod';
import { awayPoint } from '../commands/etcd-restore.ts';
import { manifestFile } from '../commands/manifest.ts';
import { putBack } from '../commands/restore-point.ts';
import { etcdRestores, type EtcdRestores } from '../facts/etcd-restores.ts';
import { ownApiServer } from '../facts/own-api-server.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, pending, satisfied } from '../model/verdict.ts';
import { components } from './stop-static-pods.ts';
import { defineStep } from './step.ts';

const away = ({ manifests }: EtcdRestores, wanted: readonly string[]): readonly string[] =>
  wanted.filter((each) => manifests[each] === 'away');

/** A process that stands for one that the kubelet is to start. */
const someProcess = [1];

const asked: Readonly<Record<string, string>> = {
  etcd: 'etcdctl endpoint health --cluster',
  'kube-apiserver': 'kubectl get --raw /readyz',
};

const typed = ({
  components: wanted = ['etcd', 'kube-apiserver'],
}: {
  readonly components?: readonly string[] | undefined;
}) => [
  `mv ${wanted.map((each) => `/root/${each}.yaml`).join(' ')} /etc/kubernetes/manifests/`,
  ...wanted.map((each) => asked[each] ?? `kubectl -n kube-system get pods -l component=${each}`),
];

/** Manifests that were taken away are put back, and their pods waited for; an API server until it is ready. */
export const startStaticPods = defineStep({
  id: 'start-static-pods',
  subject: 'node',
  title: ({ components: wanted }) => `start ${wanted.join(', ')}`,
  with: z.strictObject({ components }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores, api: ownApiServer }),
  optional: ['api'],

  check: ({ restores, api }, { components: wanted }, on) => {
    const [lost] = wanted.filter((each) => restores.manifests[each] === undefined);
    if (lost !== undefined)
      return blocked(
        `${lost}.yaml is neither in /etc/kubernetes/manifests of ${on.node} nor where nodeops keeps it`,
        `put it back there: the backup has it in node-${on.node}.tar, and \`kubeadm init phase\` writes it anew`,
      );
    const gone = away(restores, wanted);
    if (gone.length > 0) return needed(`put back ${gone.map((each) => `${each}.yaml`).join(', ')}`);
    const look = `look on ${on.node}: journalctl -u kubelet; the logs in /var/log/pods`;
    const missing = wanted.filter((each) => (restores.processes[each] ?? []).length === 0);
    if (missing.length > 0) return pending(`${missing.join(', ')} on ${on.node} to start`, look);
    if (!wanted.includes('kube-apiserver') || api?.ready === true) return satisfied;
    return pending(`the API server of ${on.node} to be ready: ${api?.detail ?? 'no answer'}`, look);
  },

  apply: ({ restores }, { components: wanted }, on) => [
    { do: 'exec', on: on.node, command: putBack(awayPoint, away(restores, wanted).map(manifestFile)) },
  ],
  expect: ({ restores }, { components: wanted }) => ({
    restores: {
      ...restores,
      manifests: { ...restores.manifests, ...Object.fromEntries(wanted.map((each) => [each, 'here' as const])) },
      processes: { ...restores.processes, ...Object.fromEntries(wanted.map((each) => [each, someProcess])) },
    },
    api: { ready: true, detail: '' },
  }),

  // After several crashes the kubelet waits up to five minutes before it starts a container again (CrashLoopBackOff).
  limits: () => ({ pendingMs: 420_000, attempts: 2 }),
  explain: {
    why: 'First every member of etcd, since none serves without the others; an API server only over an etcd that has quorum.',
    source: 'kubernetes.io, Operating etcd clusters, "Restoring an etcd cluster"',
    type: typed({}),
    typeWith: typed,
  },
});
