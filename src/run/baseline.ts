import { z } from 'zod';
import { ownerOf } from '../drain/owner.ts';
import { endingNamespaces } from '../facts/ending-namespaces.ts';
import { valueOf } from '../facts/fact.ts';
import { nodes, type NodeObject } from '../facts/nodes.ts';
import { podHealth, type PodHealth } from '../facts/pod-health.ts';
import { needsSomebody } from '../facts/stuck-pods.ts';
import { workloads, type Workload } from '../facts/workloads.ts';
import { readAs } from '../model/json.ts';
import { observeCluster } from './observe.ts';
import type { Session } from './session.ts';

const workloadRow = z.tuple([z.string(), z.string(), z.string(), z.number(), z.number()]);

/**
 * How a cluster was before the first step of a run. Kept short: a cluster may have many thousand pods. What could not be
 * read is missing.
 */
const schema = z.object({
  format: z.literal(1),
  /** Milliseconds since the epoch, by the clock of the machine that ran it. */
  at: z.number(),
  notReady: z.array(z.string()).optional(),
  ending: z.array(z.string()).optional(),
  /** Namespace, kind, name, replicas wanted, replicas ready. */
  workloads: z.array(workloadRow).optional(),
  /** By namespace and pod: the beginning of its uid; with the restarts of its containers where there were some. */
  pods: z
    .record(
      z.string(),
      z.record(z.string(), z.union([z.string(), z.tuple([z.string(), z.record(z.string(), z.number())])])),
    )
    .optional(),
  /** Namespace, application, what was the matter with a pod of it: `CrashLoopBackOff`, `Pending`, `Terminating`. */
  troubled: z.array(z.tuple([z.string(), z.string(), z.string()])).optional(),
});

export type Baseline = z.infer<typeof schema>;

/** Among the pods of one name one after the other, nobody meets the same beginning again. */
const uidLength = 8;
export const shortUid = ({ uid }: Pick<PodHealth, 'uid'>): string => uid.slice(0, uidLength);

/** What a pod is of: the name of its Deployment or other owner, which stays when the pod is made anew; or its own. */
export const applicationOf = (pod: PodHealth): string => ownerOf(pod)?.name ?? pod.name;

/** What is the matter with a pod, in a word; undefined where nothing is, or it is on its way. */
export const troubleOf = (pod: PodHealth): string | undefined => {
  if (pod.deleting) return 'Terminating';
  const waiting = pod.containers.find((each) => each.waiting !== undefined && needsSomebody.test(each.waiting.reason));
  return waiting?.waiting?.reason ?? (pod.phase === 'Pending' ? 'Pending' : undefined);
};

type PodRow = NonNullable<Baseline['pods']>[string][string];

const podRow = (pod: PodHealth): PodRow => {
  const restarted = pod.containers.filter(({ restarts }) => restarts > 0);
  return restarted.length === 0
    ? shortUid(pod)
    : [shortUid(pod), Object.fromEntries(restarted.map(({ name, restarts }) => [name, restarts]))];
};

const ofPods = (pods: readonly PodHealth[]): Pick<Baseline, 'pods' | 'troubled'> => ({
  pods: Object.fromEntries(
    [...Map.groupBy(pods, ({ namespace }) => namespace)].map(([namespace, own]) => [
      namespace,
      Object.fromEntries(own.map((pod) => [pod.name, podRow(pod)])),
    ]),
  ),
  troubled: pods.flatMap((pod) => {
    const trouble = troubleOf(pod);
    return trouble === undefined ? [] : [[pod.namespace, applicationOf(pod), trouble] as [string, string, string]];
  }),
});

const ofWorkloads = (all: readonly Workload[]): Pick<Baseline, 'workloads'> => ({
  workloads: all.map(({ namespace, kind, name, desired, ready }) => [namespace, kind, name, desired, ready]),
});

const ofNodes = (all: readonly NodeObject[]): Pick<Baseline, 'notReady'> => ({
  notReady: all.filter(({ ready }) => ready !== 'True').map(({ name }) => name),
});

/** Looks at what a maintenance may break, once, and waits for nothing: without an API server there is less of it. */
export const takeBaseline = async (session: Session): Promise<Baseline> => {
  const { observations: seen } = await observeCluster(session, [podHealth, workloads, nodes, endingNamespaces]);
  const pods = valueOf(podHealth, seen.get(podHealth.key));
  const all = valueOf(workloads, seen.get(workloads.key));
  const known = valueOf(nodes, seen.get(nodes.key));
  const ending = valueOf(endingNamespaces, seen.get(endingNamespaces.key));
  return {
    format: 1,
    at: session.clock.now(),
    ...(known === undefined ? {} : ofNodes(known)),
    ...(ending === undefined ? {} : { ending: ending.map(({ name }) => name) }),
    ...(all === undefined ? {} : ofWorkloads(all)),
    ...(pods === undefined ? {} : ofPods(pods)),
  };
};

/** The text that readBaseline reads back. */
export const writeBaseline = (baseline: Baseline): string => `${JSON.stringify(baseline)}\n`;

/** Undefined for what writeBaseline did not write. */
export const readBaseline = (text: string): Baseline | undefined => readAs(schema, text);
