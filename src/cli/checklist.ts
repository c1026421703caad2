import { certificates } from '../facts/certificates.ts';
import { endingNamespaces } from '../facts/ending-namespaces.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { keptOutNodes } from '../facts/kept-out-nodes.ts';
import { kubeadmConfig } from '../facts/kubeadm-config.ts';
import { nodeLeases } from '../facts/node-leases.ts';
import { nodes } from '../facts/nodes.ts';
import { owedHolds } from '../facts/owed-holds.ts';
import { packages } from '../facts/packages.ts';
import { controlPlanePods } from '../facts/pods.ts';
import { podHealth } from '../facts/pod-health.ts';
import { stuckPods, type StuckPod } from '../facts/stuck-pods.ts';
import { rolledOut, workloads } from '../facts/workloads.ts';
import { dayMs, dayOf } from '../model/calendar-day.ts';
import type { Cluster } from '../model/cluster.ts';
import type { EtcdReport } from '../report/etcd-text.ts';
import type { ChecklistItem } from '../report/checklist-text.ts';
import { applicationOf, type Baseline } from '../run/baseline.ts';
import type { Observations } from '../run/observe.ts';
import { freshLeaseMs } from '../steps/verify-node.ts';
import { formatDuration } from '../report/duration.ts';
import { brokenBefore, ofApplication } from './compared.ts';
import { listed, type Found } from './listed.ts';
import { whyUnknown } from './why-unknown.ts';

/** What was seen of a cluster once. */
export interface ChecklistSight {
  readonly cluster: Cluster;
  readonly now: number;
  readonly seen: Observations;
  /** By node, those that were reached. */
  readonly ofNodes: ReadonlyMap<string, Observations>;
  readonly etcd: EtcdReport;
  /** `--inventory FILE --cluster NAME`, for what is to be typed. */
  readonly selection: string;
  /** How it was when a run began, where it is compared with that; `pod-health` was asked then, too. */
  readonly before?: Baseline;
}

/** Facts about the cluster that the list rests on. */
export const factsOfCluster: readonly Fact<unknown>[] = [
  nodes,
  nodeLeases,
  keptOutNodes,
  kubeadmConfig,
  workloads,
  controlPlanePods,
  stuckPods,
  endingNamespaces,
];
export const factsOfNodes: readonly Fact<unknown>[] = [packages, owedHolds, certificates];

/** An item that rests on one fact about the cluster. */
const about = <T>(
  { seen }: ChecklistSight,
  item: string,
  fact: Fact<T>,
  missesOf: (value: T) => readonly Found[],
): ChecklistItem => {
  const observed = seen.get(fact.key);
  const value = valueOf(fact, observed);
  return value === undefined
    ? listed(item, [], [whyUnknown(observed, 'there is nothing of it')])
    : listed(item, missesOf(value));
};

/** An item that rests on one fact about each node. */
const aboutNodes = <T>(
  { ofNodes }: ChecklistSight,
  item: string,
  fact: Fact<T>,
  missesOf: (node: string, value: T) => readonly Found[],
): ChecklistItem => {
  const all = [...ofNodes].map(([node, seen]) => ({ node, observed: seen.get(fact.key) }));
  const values = all.map(({ node, observed }) => ({ node, observed, value: valueOf(fact, observed) }));
  return listed(
    item,
    values.flatMap(({ node, value }) => (value === undefined ? [] : missesOf(node, value))),
    values.flatMap(({ node, observed, value }) =>
      value === undefined ? [`${node}: ${whyUnknown(observed, 'there is nothing of it')}`] : [],
    ),
  );
};

const ready = (sight: ChecklistSight): ChecklistItem =>
  about(sight, 'nodes are Ready', nodes, (all) => {
    const leases = valueOf(nodeLeases, sight.seen.get(nodeLeases.key));
    return sight.cluster.nodes.flatMap(({ name }) => {
      const found = all.find((node) => node.name === name);
      const next = `kubectl describe node ${name}`;
      if (found === undefined) return [{ because: `${name} is not in the cluster`, next: 'kubectl get nodes' }];
      const before = sight.before?.notReady?.includes(name) === true;
      if (found.ready !== 'True') return [{ because: `${name}: Ready is ${found.ready}`, next, before }];
      const silent = leases === undefined ? 0 : leases.now - (leases.renewed[name] ?? leases.now);
      return silent > freshLeaseMs ? [{ because: `${name} has been silent for ${formatDuration(silent)}`, next }] : [];
    });
  });

const version = (sight: ChecklistSight): ChecklistItem => {
  const config = valueOf(kubeadmConfig, sight.seen.get(kubeadmConfig.key))?.kubernetesVersion;
  const wished = sight.cluster.version ?? config;
  const next = `nodeops upgrade ${sight.selection} --to ${wished ?? ''} --dry-run`;
  const item = wished === undefined ? 'nodes are on their version' : `nodes are on ${wished}`;
  if (wished === undefined) return about(sight, item, kubeadmConfig, () => []);
  return about(sight, item, nodes, (all) => [
    ...(config === undefined || config === wished ? [] : [{ because: `kubeadm-config says ${config}`, next }]),
    ...all
      .filter(({ kubeletVersion }) => kubeletVersion !== wished)
      .map(({ name, kubeletVersion }) => ({ because: `${name} is on ${kubeletVersion}`, next })),
  ]);
};

const cordons = (sight: ChecklistSight): ChecklistItem =>
  about(sight, 'no node is left cordoned by nodeops', nodes, (all) => {
    const keptOut = valueOf(keptOutNodes, sight.seen.get(keptOutNodes.key)) ?? {};
    return all.flatMap(({ name, unschedulable, cordonedBy }) => {
      const kept = keptOut[name];
      const next = `nodeops uncordon ${name} ${sight.selection}`;
      if (kept !== undefined) return [{ because: `${name} is kept out by the run ${kept}`, next }];
      if (cordonedBy === undefined || !unschedulable) return [];
      const because = `${name} was cordoned by the run ${cordonedBy}`;
      return [{ because, next: `nodeops resume ${cordonedBy}; where that is over: kubectl uncordon ${name}` }];
    });
  });

const etcdMembers = ({ etcd, selection }: ChecklistSight): ChecklistItem => {
  const next = `nodeops etcd status ${selection}`;
  return listed(
    'etcd is well',
    [
      ...etcd.members.flatMap(({ name, role, healthy, error, alarms }) => [
        ...(healthy ? [] : [{ because: `${name} is not healthy${error === undefined ? '' : `: ${error}`}`, next }]),
        ...(role === 'learner' || role === 'not started' ? [{ because: `${name}: ${role}`, next }] : []),
        ...alarms.map((alarm) => ({ because: `${name}: ${alarm}`, next: `nodeops etcd alarms ${selection}` })),
      ]),
      ...(etcd.trouble === undefined
        ? etcd.alone.map(({ node, says }) => ({ because: `${node}: ${says}`, next }))
        : []),
    ],
    etcd.trouble === undefined ? [] : [etcd.trouble],
  );
};

const toHold = ['kubeadm', 'kubelet', 'kubectl'];

const holds = (sight: ChecklistSight): ChecklistItem =>
  aboutNodes(sight, 'packages are held', packages, (node, { installed }) => {
    const owed = valueOf(owedHolds, sight.ofNodes.get(node)?.get(owedHolds.key)) ?? [];
    const free = toHold.filter((name) => installed[name]?.held === false || owed.includes(name));
    return free.length === 0
      ? []
      : [{ because: `${node}: ${free.join(', ')} not held`, next: `on ${node}: apt-mark hold ${free.join(' ')}` }];
  });

const systemPods = (sight: ChecklistSight): ChecklistItem => {
  const rollOuts = about(sight, '', workloads, (all) =>
    all
      .filter((each) => each.namespace === 'kube-system' && !rolledOut(each))
      .map(({ kind, name, ready: there, updated, desired }) => ({
        because: `${kind.toLowerCase()}/${name}: ${updated} of ${desired} updated, ${there} ready`,
        next: `kubectl -n kube-system rollout status ${kind.toLowerCase()}/${name}`,
      })),
  );
  const statics = about(sight, '', controlPlanePods, (all) =>
    all
      .filter((pod) => !pod.ready)
      .map(({ name }) => ({ because: `${name} is not ready`, next: `kubectl -n kube-system describe pod ${name}` })),
  );
  return listed(
    'system pods have rolled out',
    [...rollOuts.misses, ...statics.misses],
    [...new Set([...rollOuts.unread, ...statics.unread])],
  );
};

const certificateDays = 30;

const endings = (sight: ChecklistSight): ChecklistItem =>
  aboutNodes(sight, `no certificate ends within ${certificateDays} days`, certificates, (node, found) =>
    found.certificates
      .filter(({ notAfter }) => notAfter - sight.now < certificateDays * dayMs)
      .map(({ file, notAfter, authority }) => ({
        because: `${node}: ${file} ${notAfter < sight.now ? 'ended' : 'ends'} on ${dayOf(notAfter)}`,
        next: authority
          ? 'kubernetes.io, Manual Rotation of CA Certificates'
          : file.startsWith('/var/lib/kubelet/')
            ? `on ${node}: journalctl -u kubelet | grep -i rotat`
            : `nodeops certs renew ${sight.selection}`,
      })),
  );

/** Whose a pod is, and whether that was in the same trouble when the run began. */
const ownedPod = (sight: ChecklistSight, { namespace, name, state }: StuckPod): Partial<Found> => {
  if (sight.before === undefined) return {};
  const pods = valueOf(podHealth, sight.seen.get(podHealth.key));
  const pod = pods?.find((each) => each.namespace === namespace && each.name === name);
  const app = pod === undefined ? name : applicationOf(pod);
  return {
    before: brokenBefore(sight.before, namespace, app, state),
    ...ofApplication(sight.cluster, namespace, app),
  };
};

const podItems = (sight: ChecklistSight): readonly ChecklistItem[] => [
  about(sight, 'no pod is stuck', stuckPods, (all) =>
    all.map((pod) => {
      const { namespace, name, state, forMs } = pod;
      return {
        because: `${namespace}/${name}: ${state}, for ${formatDuration(forMs)}`,
        next: /^(Crash|.*Error$)/.test(state)
          ? `kubectl -n ${namespace} logs ${name} --previous`
          : `kubectl -n ${namespace} describe pod ${name}`,
        ...ownedPod(sight, pod),
      };
    }),
  ),
  about(sight, 'no namespace is Terminating', endingNamespaces, (all) =>
    all.map(({ name, because }) => ({
      because: `${name}${because.length === 0 ? '' : `: ${because.join('; ')}`}`,
      next: `kubectl get namespace ${name} -o yaml`,
      before: sight.before?.ending?.includes(name) === true,
      ...ofApplication(sight.cluster, name, ''),
    })),
  ),
];

/** All items that facts decide, in the order in which a person would look. */
export const checklistItems = (sight: ChecklistSight): readonly ChecklistItem[] => [
  ready(sight),
  version(sight),
  cordons(sight),
  etcdMembers(sight),
  holds(sight),
  systemPods(sight),
  endings(sight),
  ...podItems(sight),
];
