import { cordonMark, isUnschedulable } from '../oracle/reading.ts';
import type { SeenHost } from '../oracle/seen-world.ts';
import type { KubeObject } from '../world/world.ts';
import { remains, type Sight } from './remaining.ts';

/**
 * Whether a node still has to go out, or may have to: what a maintenance will find to do on a node is not known before
 * the lists are read, and its drains are foreseen for all nodes that take part (docs/nodes.md, docs/drain.md).
 */
const goesOut = (host: SeenHost, sight: Sight): boolean => {
  const { maintenance } = sight.wish;
  if (maintenance === undefined) return remains(host, sight).kubelet;
  return maintenance.nodes.has(host.name) && !['cordon', 'uncordon'].includes(maintenance.operation);
};

/**
 * Whether a worker that somebody else keeps cordoned leaves no room for another one that still has to go out, or was
 * the last node that could take the pods of one.
 */
export const keepsOthersIn = (host: SeenHost, sight: Sight): boolean => {
  const { world, wish } = sight;
  const all = [...world.hosts.values()];
  const isKept = ({ name }: SeenHost): boolean => isUnschedulable(world, name) && cordonMark(world, name) === undefined;
  if (!isKept(host)) return false;
  const cornered = all.some(
    (node) => goesOut(node, sight) && all.every((other) => other === node || isUnschedulable(world, other.name)),
  );
  if (cornered) return true;
  const workers = all.filter(({ role }) => role === 'worker');
  return (
    workers.filter(isKept).length >= wish.maxUnavailable &&
    workers.some((other) => !isKept(other) && goesOut(other, sight))
  );
};

/** Where every worker is cordoned, what is evicted from one of them stays pending, and budgets are never met again. */
export const allWorkersKept = (sight: Sight): boolean => {
  const { world } = sight;
  const workers = [...world.hosts.values()].filter(({ role }) => role === 'worker');
  return workers.every(({ name }) => isUnschedulable(world, name)) && workers.some((host) => goesOut(host, sight));
};

interface Placed {
  readonly spec?: { readonly nodeName?: string };
}

/** Where every node is cordoned, a pod of the cluster's own that came anew is placed nowhere: its DNS never rolls out. */
export const placedNowhere = ({ world }: Sight): boolean =>
  [...world.hosts.values()].every(({ name }) => isUnschedulable(world, name)) &&
  world.objects
    .list('Pod', 'kube-system')
    .some((pod: KubeObject & Placed) => pod.spec?.nodeName === undefined || pod.spec.nodeName === '');
