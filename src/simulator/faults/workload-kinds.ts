import type { KubeObject } from '../world/world.ts';
import type { Heal, Kinds, Strike } from './kind.ts';
import { chosen, shortOrLong } from './kind.ts';

interface PodFields {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

/** Pods that a drain of the host would evict, as the world has them now. */
const evictable = ({ world, host }: Strike): readonly KubeObject[] =>
  world.objects.list('Pod').filter((pod: KubeObject & PodFields) => {
    const owner = pod.metadata.ownerReferences?.[0]?.kind;
    const here = host === undefined || pod.spec?.nodeName === host.name;
    return here && owner === 'ReplicaSet' && pod.status?.phase === 'Running' && pod.metadata.labels !== undefined;
  });

export const budgetName = 'no-disruption';

/** A budget that can never be met: nothing of what it selects may go. */
const budgetBlocks = (strike: Strike): Heal | undefined => {
  const { world, actor, fault } = strike;
  const pod = chosen(fault, evictable(strike));
  if (pod === undefined) return undefined;
  const { namespace = 'default', labels = {} } = pod.metadata;
  const { 'pod-template-hash': _hash, ...matchLabels } = labels;
  world.objects.put(
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {
        name: budgetName,
        namespace,
        uid: '5a7b0e6e-0000-4000-a000-000000000001',
        resourceVersion: '0',
        generation: 1,
        creationTimestamp: `${new Date(world.kernel.now).toISOString().slice(0, 19)}Z`,
      },
      spec: { maxUnavailable: 0, selector: { matchLabels } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, observedGeneration: 1 },
    },
    actor,
  );
  // The disruption controller counts when it hears of one of the pods.
  world.objects.put(pod, actor);
  strike.hit();
  return () => world.objects.remove('PodDisruptionBudget', namespace, budgetName, actor);
};

export const finalizer = 'example.com/never-done';

/** Its object stays although its processes are gone: whoever put the finalizer there never takes it off. */
const doesNotTerminate = (strike: Strike): Heal | undefined => {
  const { world, actor, fault } = strike;
  const pod = chosen(fault, evictable(strike));
  if (pod === undefined) return undefined;
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), finalizer];
  world.objects.put(pod, actor);
  strike.hit();
  return () => {
    const { namespace, name } = pod.metadata;
    if (world.objects.get('Pod', namespace, name) !== pod) return;
    pod.metadata.finalizers = pod.metadata.finalizers?.filter((each) => each !== finalizer) ?? [];
    world.objects.put(pod, actor);
  };
};

/** What keeps a node from being drained. */
export const workloadKinds: Kinds<'budget-blocks' | 'pod-does-not-terminate'> = {
  'budget-blocks': { befalls: 'any', lasts: shortOrLong, permanent: true, strike: budgetBlocks },
  'pod-does-not-terminate': { befalls: 'any', lasts: shortOrLong, permanent: true, strike: doesNotTerminate },
};
