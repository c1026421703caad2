import type { RecordedCommand } from '../facts/recorded-commands.ts';
import type { StaticPods } from '../facts/static-pods.ts';
import type { Workload } from '../facts/workloads.ts';
import { blocked, type Verdict } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';

/** The static pods that carry the version of Kubernetes itself; etcd has a version of its own. */
export const versionedComponents = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** `registry.k8s.io/kube-proxy:v1.36.3` → `1.36.3`. */
export const imageVersion = (image: string | undefined): string | undefined =>
  /:v?(\d[^:@/]*)(?:@.*)?$/.exec(image ?? '')?.[1];

export const staticPodsAt = (pods: StaticPods, version: Version): boolean =>
  versionedComponents.every((name) => pods.components[name]?.version === version);

/**
 * Manifests that are not there: taken away by hand, or kubeadm was killed between taking the old one and putting the
 * new one. kubeadm then refuses (observed on the lab, 1.36: rc 1, `manifest files not found`).
 */
export const manifestsMissing = (pods: StaticPods, node: string): Verdict | undefined => {
  const lacking = versionedComponents.filter((name) => pods.components[name] === undefined);
  return lacking.length === 0
    ? undefined
    : blocked(
        `${node} has no manifest of ${lacking.join(', ')} in /etc/kubernetes/manifests`,
        `put it back first, for example from /etc/kubernetes/tmp/kubeadm-backup-manifests-* on ${node}`,
      );
};

/** The same manifests as they will be after kubeadm has written them for `version`. */
export const withStaticPodsAt = (pods: StaticPods, version: Version): StaticPods => ({
  ...pods,
  components: {
    ...pods.components,
    ...Object.fromEntries(
      versionedComponents.flatMap((name) => {
        const component = pods.components[name];
        return component === undefined
          ? []
          : [[name, { ...component, version, image: component.image.replace(/:[^:/]*$/, `:v${version}`) }]];
      }),
    ),
  },
});

/** kube-proxy's DaemonSet is the last thing that kubeadm changes visibly (observed on the lab, 1.35 → 1.36). */
export const kubeProxyVersion = (workloads: readonly Workload[]): string | undefined =>
  imageVersion(
    workloads.find(({ namespace, name }) => namespace === 'kube-system' && name === 'kube-proxy')?.images[0],
  );

/** A command of ours that ended with 0 on that node: the files that a detached unit leaves say so. */
export const endedWell = (records: readonly RecordedCommand[], step: string, words: string): boolean =>
  records.some(
    ({ unit, line, exit }) => unit.startsWith(`${step}-`) && exit === 0 && ` ${line ?? ''} `.includes(` ${words} `),
  );

export const recordOf = (step: string, line: string, run = 'expected'): RecordedCommand => ({
  run,
  running: false,
  unit: `${step}-expected`,
  line,
  exit: 0,
});
