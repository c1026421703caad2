import { byCluster } from '../world/actor.ts';
import type { KubeObject } from '../world/world.ts';
import { listOf, metadata, type PodObject, suffix } from './objects.ts';
import type { WorkloadNeeds } from './workloads.ts';

const ownedBy = (job: KubeObject, pod: PodObject): boolean =>
  pod.metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid) === true;

/** One pod a job; the pods of a job that was deleted go with it. */
export const reconcileJobs = ({ store, maker, pods: actions }: WorkloadNeeds): void => {
  const all = listOf(store, 'Pod');
  for (const job of listOf(store, 'Job')) {
    const pod = all.find((one) => ownedBy(job, one));
    if (pod === undefined && job.status.succeeded === undefined) {
      const { template } = job.spec;
      store.put(
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: metadata(maker, {
            name: `${job.metadata.name}-${suffix(maker.random, 5)}`,
            namespace: job.metadata.namespace ?? 'default',
            labels: { ...template.metadata.labels },
            owner: job,
          }),
          spec: { ...template.spec },
          status: { phase: 'Pending' },
        } satisfies PodObject,
        byCluster,
      );
    } else if (pod?.status.phase === 'Succeeded' && job.status.succeeded === undefined) {
      job.status = { succeeded: 1 };
      store.put(job, byCluster);
    }
  }
  for (const pod of all) {
    const [owner] = pod.metadata.ownerReferences ?? [];
    if (owner?.kind !== 'Job' || pod.metadata.deletionTimestamp !== undefined) continue;
    if (store.get('Job', pod.metadata.namespace, owner.name) === undefined) actions.delete(pod, byCluster);
  }
};
