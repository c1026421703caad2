import type { HeldNamespace } from '../facts/held-namespaces.ts';
import type { HeldObject } from '../facts/held-objects.ts';
import type { NodeObject } from '../facts/nodes.ts';
import type { TerminatingPod } from '../facts/terminating-pods.ts';
import type { VolumeAttachment } from '../facts/volume-attachments.ts';
import { stuckNameText, type StuckName } from '../model/stuck.ts';
import { blocked, needed, pending, satisfied, type Verdict } from '../model/verdict.ts';

/** What is known of what may be stuck. */
export interface StuckSeen {
  readonly pods: readonly TerminatingPod[];
  readonly namespaces: readonly HeldNamespace[];
  readonly attachments: readonly VolumeAttachment[];
  readonly objects: readonly HeldObject[];
  readonly nodes: readonly NodeObject[];
}

/** Put on a node by a person who has made certain that it is off. Source: kubernetes.io, Node Shutdowns, "Non-graceful node shutdown handling". */
const outOfService = 'node.kubernetes.io/out-of-service';

/** How certain it is that nothing of a node runs any more. */
export type NodeStanding = 'gone' | 'shut-down' | 'ready' | 'silent';

export const standingOf = (nodes: readonly NodeObject[], name: string | undefined): NodeStanding => {
  const node = nodes.find((each) => each.name === name);
  if (node === undefined) return 'gone';
  if (node.ready === 'True') return 'ready';
  return node.taints.some(({ key }) => key === outOfService) ? 'shut-down' : 'silent';
};

const takeOff = (named: StuckName, finalizers: readonly string[]): string =>
  `take ${finalizers.length === 1 ? 'the finalizer' : 'the finalizers'} ${finalizers.join(', ')} off ${stuckNameText(named)}`;

const twoWriters =
  'of a StatefulSet another pod of its name is then started elsewhere, and two that run write to one volume';

/** Whether a pod may go, and how. */
export const podVerdict = (named: StuckName, { pods, nodes }: StuckSeen): Verdict => {
  const pod = findPod(named, pods);
  const text = stuckNameText(named);
  if (pod === undefined) return satisfied;
  if (pod.finalizers.length > 0) return needed(takeOff(named, pod.finalizers));
  const { node = '' } = pod;
  switch (standingOf(nodes, pod.node)) {
    case 'gone':
      return needed(
        `delete ${text} without waiting for a kubelet: ${pod.node === undefined ? 'it was never on a node' : `there is no node ${node}`}`,
      );
    case 'shut-down':
      return needed(`delete ${text} without waiting for a kubelet: ${node} is marked ${outOfService}`);
    case 'ready':
      return pending(`the kubelet of ${node} to end ${text}`, `see what it is at: nodeops diagnose ${node}`);
    case 'silent':
      return blocked(
        `${text}: ${node} does not answer, but may still run it; ${twoWriters}`,
        `make certain that the machine is off, then: kubectl taint nodes ${node} ${outOfService}=nodeshutdown:NoExecute; or take the node out: nodeops node remove ${node} --gone`,
      );
  }
};

export const findPod = ({ namespace, name }: StuckName, pods: readonly TerminatingPod[]): TerminatingPod | undefined =>
  pods.find((pod) => pod.namespace === namespace && pod.name === name);

export const findObject = (
  { resource, namespace, name }: StuckName,
  objects: readonly HeldObject[],
): HeldObject | undefined =>
  objects.find((each) => each.resource === resource && each.namespace === namespace && each.name === name);

/** Of any other object: nothing but its finalizers holds it. */
export const objectVerdict = (named: StuckName, { objects }: StuckSeen): Verdict => {
  const object = findObject(named, objects);
  if (object === undefined) return satisfied;
  if (object.finalizers.length > 0) return needed(takeOff(named, object.finalizers));
  return pending(`${stuckNameText(named)} to go: no finalizer holds it`);
};

/** A namespace goes by itself once nothing is left in it; `along`: what is in it is named as well. */
export const namespaceVerdict = (named: StuckName, { namespaces }: StuckSeen, along: boolean): Verdict => {
  const found = namespaces.find(({ name }) => name === named.name);
  if (found === undefined) return satisfied;
  const { because, finalizers } = found;
  const why = `${stuckNameText(named)}: ${because.join('; ')}`;
  if (because.length > 0)
    return along
      ? pending(`what is in it to be gone (${why})`, `see what is left: nodeops cleanup`)
      : blocked(
          why,
          'name what holds it beside it, as nodeops cleanup shows it; or repair the API that does not answer',
        );
  if (finalizers.length > 0) return needed(takeOff(named, finalizers));
  return pending(`Kubernetes to remove ${stuckNameText(named)}`);
};

/** Only that of a node that no longer is: elsewhere the volume may be in use. */
export const attachmentVerdict = (named: StuckName, { attachments, nodes }: StuckSeen): Verdict => {
  const found = attachments.find(({ name }) => name === named.name);
  if (found === undefined) return satisfied;
  const { node, attacher, deletedAt } = found;
  const text = stuckNameText(named);
  if (standingOf(nodes, node) !== 'gone')
    return blocked(
      `${text}: ${node} is a node of the cluster, whose pods may use the volume`,
      'Kubernetes detaches it once no pod there does: kubectl get pods --all-namespaces -o wide',
    );
  if (deletedAt === undefined) return needed(`delete ${text}: there is no node ${node}`);
  return pending(
    `${attacher} to detach the volume of ${text}`,
    `detach it at the storage, then take off its finalizers by hand: kubectl edit volumeattachment ${named.name}`,
  );
};

/** A Node object that nobody's machine stands behind, as far as inventory and kubelet tell. */
export const nodeVerdict = (named: StuckName, { nodes }: StuckSeen, inventory: readonly string[]): Verdict => {
  const { name } = named;
  const standing = standingOf(nodes, name);
  if (standing === 'gone') return satisfied;
  if (inventory.includes(name))
    return blocked(
      `${name} is a node of the inventory`,
      `take it out of the cluster: nodeops node remove ${name}, with --gone where its machine is gone`,
    );
  if (standing === 'ready')
    return blocked(
      `${name} is not in the inventory, and its kubelet answers`,
      'write it into the inventory; or, on that machine: systemctl disable --now kubelet',
    );
  return needed(`delete node ${name}, whose pods are then started elsewhere: be certain that its machine is off`);
};
