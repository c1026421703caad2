import type { PodHealth } from '../facts/pod-health.ts';
import type { Cluster } from '../model/cluster.ts';
import type { ProbeRecord } from '../model/probe.ts';
import type { Miss } from '../report/checklist-text.ts';
import type { Baseline } from '../run/baseline.ts';
import type { Observations } from '../run/observe.ts';

/** A cluster now, beside how it was. */
export interface Compared {
  readonly cluster: Cluster;
  readonly seen: Observations;
  readonly before: Baseline;
  /** Missing where no run has seen it to its end. */
  readonly api?: ProbeRecord;
  /** What containers printed before they were started again. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
}

/** What is told of one that was not well before either. */
export const soBefore = (what: string): string => `${what} (so before the run)`;

/** Namespaces of Kubernetes itself, of its network and of the inventory's add-ons. */
export const isPlatform = (cluster: Cluster, namespace: string): boolean =>
  namespace.startsWith('kube-') ||
  [...cluster.addons, ...(cluster.cni === undefined ? [] : [cluster.cni])].some(({ health }) =>
    health.some((each) => each.namespace === namespace),
  );

/** Whose a miss is: nobody's where it is the platform's; without a name, of all that is in a namespace. */
export const ofApplication = (cluster: Cluster, namespace: string, name: string): Pick<Miss, 'application'> =>
  isPlatform(cluster, namespace) ? {} : { application: name === '' ? namespace : `${namespace}/${name}` };

/** Two words for one thing: a kubelet that pulls an image in vain says them in turn. */
const kindOf = (trouble: string): string =>
  /Image/.test(trouble) ? 'image' : /Error|CrashLoop/.test(trouble) ? 'crash' : trouble;

/** Whether an application was in that trouble before, or had fewer pods ready than it wanted. */
export const brokenBefore = (before: Baseline, namespace: string, app: string, trouble: string): boolean =>
  before.troubled?.some(([ns, name, was]) => ns === namespace && name === app && kindOf(was) === kindOf(trouble)) ===
    true ||
  before.workloads?.some(([ns, , name, desired, ready]) => ns === namespace && name === app && ready < desired) ===
    true;

/** How many pods, and in which namespaces; nothing where there are none. */
export const countedPods = (what: string, pods: readonly PodHealth[]): readonly string[] => {
  if (pods.length === 0) return [];
  const by = [...Map.groupBy(pods, ({ namespace }) => namespace)].map(([name, own]) => `${name} ${own.length}`);
  return [`${pods.length} ${what}: ${by.join(', ')}`];
};
