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

/** kubeadm has the API server of a control plane talk to the etcd beside it by this address, and to no other. */
const besideIt = 'https://127.0.0.1:2379';

/**
 * Manifests that are not there: taken away by hand, or kubeadm was killed between taking the old one and putting the
 * new one. kubeadm then refuses (observed on the lab, 1.36: rc 1, `manifest files not found`).
 */
export const manifestsMissing = (pods: StaticPods, node: string): Verdict | undefined => {
  const wanted = [...(pods.etcdServers === besideIt ? ['etcd'] : []), ...versionedComponents];
  const lacking = wanted.filter((name) => pods.components[name] === undefined);
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

/** The same workloads with kube-proxy as kubeadm leaves it. */
export const withKubeProxyAt = (workloads: readonly Workload[], version: Version): readonly Workload[] =>
  workloads.map((workload) =>
    workload.namespace === 'kube-system' && workload.name === 'kube-proxy'
      ? { ...workload, images: workload.images.map((image) => image.replace(/:[^:/]*$/, `:v${version}`)) }
      : workload,
  );

/** A command of ours that ended with 0 on that node: the files that a detached unit leaves say so. */
export const endedWell = (records: readonly RecordedCommand[], step: string, words: string): boolean =>
  records.some(
    ({ unit, line, exit }) => unit.startsWith(`${step}-`) && exit === 0 && ` ${line ?? ''} `.includes(` ${words} `),
  );

/** What proves that kubeadm ended well on a node: what our commands left there, and when its kubeadm was unpacked. */
export interface Evidence {
  readonly records: readonly RecordedCommand[];
  /** Seconds since the epoch, by the node's clock, as those of the records. */
  readonly kubeadmAt: number | undefined;
}

/** The last try of a step that was begun on that node. */
const lastTry = (records: readonly RecordedCommand[], step: string): RecordedCommand | undefined =>
  records
    .filter(({ unit, startedAt }) => unit.startsWith(`${step}-`) && startedAt !== undefined)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))
    .at(-1);

/**
 * Whether a step's last try for `version` on that node is known not to have come to its end. What can be seen is then no
 * proof of the rest: after kube-proxy kubeadm 1.35 takes a flag out of kubeadm-flags.env without which its own kubelet
 * starts.
 */
export const brokenOff = (records: readonly RecordedCommand[], step: string, version: string): boolean => {
  const last = lastTry(records, step);
  return last?.version === version && last.exit !== 0;
};

/**
 * Whether a step's last try on that node brought it to `version`, and nothing can have led away from it since.
 *
 * - Only the last try counts: one that was begun later and killed may have left half its work.
 * - It must have been for that version, which its record names; `kubeadm upgrade node` does not say so itself.
 * - One of this run is believed as it is. One of an earlier run is believed as long as the kubeadm package was not
 *   unpacked since: each way to another version and back, by us or by hand, begins with another kubeadm, and dpkg then
 *   writes the list of its files anew. Whatever cannot be dated (no package, a clock that was set back) is not believed.
 *
 * Not believing costs a second try, which is idempotent. What this cannot see: a control plane that was taken back
 * without its packages (etcd and manifests restored by hand) and then upgraded by hand with a kubeadm that was killed.
 */
export const provenBy = ({ records, kubeadmAt }: Evidence, step: string, version: string, run: string): boolean => {
  // Where a clock was set back in between, a try of an earlier run may seem to come after this run's.
  const last =
    lastTry(
      records.filter((record) => record.run === run),
      step,
    ) ?? lastTry(records, step);
  if (last?.exit !== 0 || last.version !== version) return false;
  return last.run === run || (kubeadmAt !== undefined && (last.finishedAt ?? 0) > kubeadmAt);
};

/** The record that a step expects to leave: the last of all. */
export const recordOf = (step: string, line: string, run: string, version: string): RecordedCommand => ({
  run,
  version,
  running: false,
  unit: `${step}-expected`,
  line,
  exit: 0,
  startedAt: Number.MAX_SAFE_INTEGER,
});
