import { z } from 'zod';
import { controlPlaneManifests, takeManifestsAway } from '../commands/etcd-restore.ts';
import { etcdRestores, type EtcdRestores } from '../facts/etcd-restores.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, pending, satisfied, type Verdict } from '../model/verdict.ts';
import { isSwapped, restoreParameter } from './etcd-restoring.ts';
import { defineStep } from './step.ts';

export const components = z.array(z.enum(controlPlaneManifests)).min(1);

/** Those whose manifests are in their place. */
export const inPlace = ({ manifests }: EtcdRestores, wanted: readonly string[]): readonly string[] =>
  wanted.filter((each) => manifests[each] === 'here');

/** `kube-apiserver (process 610)` for each that runs. */
const running = ({ processes }: EtcdRestores, wanted: readonly string[]): readonly string[] =>
  wanted.flatMap((each) => (processes[each] ?? []).map((pid) => `${each} (process ${pid})`));

/** What is there of them: manifests to take away, or processes that have yet to end. */
export const stopping = (restores: EtcdRestores, wanted: readonly string[], node: string): Verdict => {
  const there = inPlace(restores, wanted);
  if (there.length > 0) return needed(`take away ${there.map((each) => `${each}.yaml`).join(', ')}`);
  const left = running(restores, wanted);
  return left.length === 0
    ? satisfied
    : pending(
        `${left.join(', ')} on ${node} to end`,
        `see why its kubelet does not end it: journalctl -u kubelet on ${node}; ctr -n k8s.io tasks list`,
      );
};

/** The same node once they have ended. */
export const stopped = (restores: EtcdRestores, wanted: readonly string[]): EtcdRestores => ({
  ...restores,
  manifests: {
    ...restores.manifests,
    ...Object.fromEntries(inPlace(restores, wanted).map((each) => [each, 'away' as const])),
  },
  processes: Object.fromEntries(Object.entries(restores.processes).filter(([name]) => !wanted.includes(name))),
});

const typed = ({
  components: wanted = ['kube-apiserver'],
}: {
  readonly components?: readonly string[] | undefined;
}) => [
  `mv ${wanted.map((each) => `/etc/kubernetes/manifests/${each}.yaml`).join(' ')} /root/`,
  `until ${wanted.map((each) => `! pgrep -x ${each}`).join(' && ')}; do sleep 1; done`,
];

/** Static pods are ended by taking their manifests away, by name, and waited for until their processes are gone. */
export const stopStaticPods = defineStep({
  id: 'stop-static-pods',
  subject: 'node',
  title: ({ components: wanted }) => `stop ${wanted.join(', ')}`,
  with: z.strictObject({ restore: restoreParameter, components }),
  detect: (_wish, _on: NodeSubject) => ({ restores: etcdRestores }),

  check: ({ restores }, { restore, components: wanted }, on) =>
    isSwapped(restores, restore) ? satisfied : stopping(restores, wanted, on.node),

  apply: ({ restores }, { components: wanted }, on) => [
    { do: 'exec', on: on.node, command: takeManifestsAway(inPlace(restores, wanted)) },
  ],
  expect: ({ restores }, { components: wanted }) => ({ restores: stopped(restores, wanted) }),

  // A live API server ends after 30 s, each time (lab).
  limits: () => ({ pendingMs: 180_000 }),
  explain: {
    why: 'An API server that lives on over a restored etcd goes on serving what it remembers; an etcd that lives on writes into what is moved beneath it.',
    source: 'etcd.io, Disaster recovery; kubernetes.io, Operating etcd clusters, "Restoring an etcd cluster"; lab',
    type: typed({}),
    typeWith: typed,
  },
});
