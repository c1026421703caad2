import { valueOf } from '../facts/fact.ts';
import { podHealth, type ContainerHealth, type PodHealth } from '../facts/pod-health.ts';
import { placeKey, type ContainerPlace } from '../facts/previous-log.ts';
import type { Cluster } from '../model/cluster.ts';
import type { ChecklistItem, Miss } from '../report/checklist-text.ts';
import { applicationOf, shortUid, type Baseline } from '../run/baseline.ts';
import type { Session } from '../run/session.ts';
import { brokenBefore, countedPods, isPlatform, ofApplication, soBefore, type Compared } from './compared.ts';
import { lastWordsOf } from './last-words.ts';
import { listed } from './listed.ts';

/** A container that the kubelet started again since then. */
interface Restarted {
  readonly pod: PodHealth;
  readonly container: ContainerHealth;
  readonly times: number;
}

/** What was kept of a pod: whether it is the same one still, and how often its containers had been started again. */
export const podsBefore = (before: Baseline) => {
  const byNamespace = new Map(
    Object.entries(before.pods ?? {}).map(([namespace, own]) => [namespace, new Map(Object.entries(own))]),
  );
  return (pod: PodHealth): { readonly known: boolean; readonly restarts: ReadonlyMap<string, number> } => {
    const row = byNamespace.get(pod.namespace)?.get(pod.name);
    const [uid, restarts] = typeof row === 'string' ? [row, {}] : (row ?? ['', {}]);
    const known = uid === shortUid(pod);
    return { known, restarts: new Map(known ? Object.entries(restarts) : []) };
  };
};

const restartedSince = (before: Baseline, pods: readonly PodHealth[]): readonly Restarted[] => {
  const was = podsBefore(before);
  return pods.flatMap((pod) => {
    const { restarts } = was(pod);
    return pod.containers.flatMap((container) => {
      const times = container.restarts - (restarts.get(container.name) ?? 0);
      return times > 0 ? [{ pod, container, times }] : [];
    });
  });
};

/**
 * What ends with its machine: containerd tells the kubelet of a container that is gone after a restart that it ended with
 * 255, and not why. Not recorded on the lab yet.
 */
const endedWithNode = ({ container: { before } }: Restarted): boolean =>
  before?.exitCode === 255 && before.reason === 'Unknown';

/**
 * Of the platform's own, what is well again: controllers and schedulers end themselves when they lose their lease, which
 * they do whenever the API server goes (k8s.io/client-go, tools/leaderelection).
 */
const wellAgain = (cluster: Cluster, { pod }: Restarted): boolean => pod.ready && isPlatform(cluster, pod.namespace);

const placeOf = ({ pod, container }: Restarted): ContainerPlace => ({
  namespace: pod.namespace,
  pod: pod.name,
  container: container.name,
});
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const restartMiss = ({ cluster, logs }: Compared, each: Restarted): Miss => {
  const { namespace, pod, container } = placeOf(each);
  const { before } = each.container;
  const end = before === undefined ? '' : `, ended with ${before.exitCode} (${before.reason})`;
  const lines = logs.get(placeKey(placeOf(each)));
  return {
    because: `${namespace}/${pod}: ${container} was started again ${times(each.times)}${end}`,
    next: `kubectl -n ${namespace} logs ${pod} -c ${container} --previous`,
    ...(lines === undefined ? {} : { lines }),
    ...ofApplication(cluster, namespace, applicationOf(each.pod)),
  };
};

/** Restarts that need somebody, and those that do not. */
const sorted = ({ cluster, before, seen }: Compared) => {
  const all = restartedSince(before, valueOf(podHealth, seen.get(podHealth.key)) ?? []);
  const explained = all.filter((each) => endedWithNode(each) || wellAgain(cluster, each));
  const open = all.filter((each) => !explained.includes(each));
  const old = open.filter(({ pod }) => brokenBefore(before, pod.namespace, applicationOf(pod), 'CrashLoopBackOff'));
  return { explained, old, grave: open.filter((each) => !old.includes(each)) };
};

/** Containers that were started again since, but for what a maintenance does to them. */
export const restartsSince = (compared: Compared): ChecklistItem => {
  const { explained, old, grave } = sorted(compared);
  const [withNode, ofPlatform] = [explained.filter(endedWithNode), explained.filter((each) => !endedWithNode(each))];
  return {
    ...listed(
      'no container was started again',
      grave.map((each) => restartMiss(compared, each)),
    ),
    notes: [
      ...old.map((each) =>
        soBefore(`${each.pod.namespace}/${each.pod.name}: ${each.container.name} starts again and again`),
      ),
      ...countedPods(
        'containers ended with their node, and run again',
        withNode.map(({ pod }) => pod),
      ),
      ...countedPods(
        'containers of the platform were started again, and are well',
        ofPlatform.map(({ pod }) => pod),
      ),
    ],
  };
};

const logsAtMost = 5;

/** What the containers that restarted printed last before, of the first few of them. */
export const previousLogs = (
  session: Session,
  compared: Omit<Compared, 'logs'>,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { grave } = sorted({ ...compared, logs: new Map() });
  return lastWordsOf(session, grave.slice(0, logsAtMost).map(placeOf));
};
