import { valueOf } from '../facts/fact.ts';
import { podHealth, type PodHealth } from '../facts/pod-health.ts';
import { workloads, type Workload } from '../facts/workloads.ts';
import { withoutControlSequences } from '../model/text.ts';
import type { ChecklistItem, Miss } from '../report/checklist-text.ts';
import { formatDuration } from '../report/duration.ts';
import { applicationOf, troubleOf } from '../run/baseline.ts';
import type { Observations } from '../run/observe.ts';
import { brokenBefore, countedPods, ofApplication, soBefore, type Compared } from './compared.ts';
import { listed } from './listed.ts';
import { podsBefore, restartsSince } from './restarts-since.ts';
import { whyUnknown } from './why-unknown.ts';

const workloadKey = (namespace: string, kind: string, name: string): string => `${kind} ${namespace}/${name}`;

/** Ready pods: fewer than before, of those that are wanted still. */
const replicas = ({ cluster, before }: Compared, now: readonly Workload[]): ChecklistItem => {
  const here = new Map(now.map((each) => [workloadKey(each.namespace, each.kind, each.name), each]));
  const misses: Miss[] = [];
  const notes: string[] = [];
  for (const [namespace, kind, name, wanted, were] of before.workloads ?? []) {
    const found = here.get(workloadKey(namespace, kind, name));
    const [argument, whose] = [`${kind.toLowerCase()}/${name}`, ofApplication(cluster, namespace, name)];
    if (found === undefined) {
      if (were > 0)
        misses.push({
          because: `${namespace} ${argument} is not there any more; ${were} of ${wanted} were ready before`,
          next: `nodeops events --since last`,
          ...whose,
        });
    } else if (found.ready < Math.min(were, found.desired))
      misses.push({
        because: `${namespace} ${argument}: ${found.ready} of ${found.desired} ready, ${were} of ${wanted} before`,
        next: `kubectl -n ${namespace} rollout status ${argument}`,
        ...whose,
      });
    else if (found.ready < found.desired && were < wanted)
      notes.push(soBefore(`${namespace} ${argument}: ${found.ready} of ${found.desired} ready`));
  }
  return { ...listed('no workload has fewer ready pods than before', misses), notes };
};

const clean = (text: string): string => withoutControlSequences(text.replaceAll(/\s+/g, ' ')).trim().slice(0, 300);

const waiting = ({ cluster, before }: Compared, pods: readonly PodHealth[]): ChecklistItem => {
  const misses: Miss[] = [];
  const notes: string[] = [];
  for (const pod of pods) {
    const trouble = troubleOf(pod);
    // What is Pending or ends may be on its way: the list says for how long, under "no pod is stuck".
    if (trouble === undefined || trouble === 'Pending' || trouble === 'Terminating') continue;
    const app = applicationOf(pod);
    const message = pod.containers.find(({ waiting: why }) => why?.reason === trouble)?.waiting?.message ?? '';
    const because = `${pod.namespace}/${pod.name}: ${trouble}${message === '' ? '' : `: ${clean(message)}`}`;
    if (brokenBefore(before, pod.namespace, app, trouble))
      notes.push(soBefore(`${pod.namespace}/${pod.name}: ${trouble}`));
    else
      misses.push({
        because,
        next: `kubectl -n ${pod.namespace} describe pod ${pod.name}`,
        ...ofApplication(cluster, pod.namespace, app),
      });
  }
  return { ...listed('no pod waits that did not before', misses), notes };
};

const recreated = ({ before }: Compared, pods: readonly PodHealth[]): readonly string[] => {
  const was = podsBefore(before);
  return countedPods(
    'pods were made anew since',
    pods.filter((pod) => !pod.mirror && !was(pod).known),
  );
};

const api = ({ api: seen, cluster: { maxApiDowntimeMs: limit } }: Compared): readonly ChecklistItem[] => {
  if (seen === undefined) return [];
  const item = 'the API answered while the run went on';
  const away = `it was away for ${formatDuration(seen.awayMs)} in all, ${formatDuration(seen.longestMs)} at once; ${seen.failed} of ${seen.asked} questions failed`;
  if (limit !== undefined && seen.awayMs > limit)
    return [
      listed(item, [
        { because: `${away}; ${formatDuration(limit)} is the most that it may`, next: 'nodeops events --since last' },
      ]),
    ];
  if (seen.failed === 0) return [{ ...listed(item, []), notes: [`${seen.asked} questions, all of them answered`] }];
  return [{ ...listed('the API answers again', []), notes: [away] }];
};

const unread = (seen: Observations, key: string): readonly string[] => [
  whyUnknown(seen.get(key), 'there is nothing of it'),
];
const notKept = ['the run could not read it when it began: no API server answered'];

/** What is compared with how it was before the run; what could not be read then or now is said. */
export const comparedItems = (compared: Compared): readonly ChecklistItem[] => {
  const { seen, before } = compared;
  const pods = valueOf(podHealth, seen.get(podHealth.key));
  const now = valueOf(workloads, seen.get(workloads.key));
  const of = <T>(item: string, known: unknown, value: T | undefined, key: string, make: (value: T) => ChecklistItem) =>
    known === undefined
      ? listed(item, [], notKept)
      : value === undefined
        ? listed(item, [], unread(seen, key))
        : make(value);
  return [
    of('no workload has fewer ready pods than before', before.workloads, now, workloads.key, (all) =>
      replicas(compared, all),
    ),
    of('no container was started again', before.pods, pods, podHealth.key, () => restartsSince(compared)),
    of('no pod waits that did not before', before.troubled, pods, podHealth.key, (all) => {
      const item = waiting(compared, all);
      return { ...item, notes: [...(item.notes ?? []), ...recreated(compared, all)] };
    }),
    ...api(compared),
  ];
};
