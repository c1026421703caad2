import { z } from 'zod';
import { deleteExactly, removeFinalizers } from '../commands/cleanup.ts';
import type { ApiPlace } from '../commands/kubectl.ts';
import { heldNamespaces } from '../facts/held-namespaces.ts';
import { heldObjects } from '../facts/held-objects.ts';
import { nodes as nodesFact } from '../facts/nodes.ts';
import { terminatingPods } from '../facts/terminating-pods.ts';
import { volumeAttachments } from '../facts/volume-attachments.ts';
import type { Action } from '../model/action.ts';
import { parseStuckName, stuckNameForm, type StuckName } from '../model/stuck.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { blocksOf, judged, needed, satisfied, type Verdict } from '../model/verdict.ts';
import { defineStep } from './step.ts';
import {
  attachmentVerdict,
  findObject,
  findPod,
  namespaceVerdict,
  nodeVerdict,
  objectVerdict,
  podVerdict,
  type StuckSeen,
} from './stuck-verdicts.ts';

interface Wish {
  readonly named: string;
  readonly controlPlaneNames: readonly string[];
  readonly workerNames: readonly string[];
}

const namesIn = (named: string): readonly StuckName[] => named.split(',').flatMap((text) => parseStuckName(text) ?? []);

/** Copies on nodes are another step's. */
const isName = (text: string): boolean => text.startsWith('tmp/') || parseStuckName(text) !== undefined;

const stuckNames = z.string().refine((named) => named === '' || named.split(',').every(isName), {
  error: `expected ${stuckNameForm}, or tmp/NODE, with commas`,
});

const ownKinds: readonly string[] = ['pod', 'namespace', 'node', 'volumeattachment'];

const placesIn = (named: string) =>
  namesIn(named).flatMap(({ resource, namespace }) =>
    namespace === undefined || ownKinds.includes(resource) ? [] : [{ resource, namespace }],
  );

const verdictOn = (each: StuckName, seen: StuckSeen, wish: Wish): Verdict => {
  const all = namesIn(wish.named);
  switch (each.resource) {
    case 'pod':
      return podVerdict(each, seen);
    case 'node':
      return nodeVerdict(each, seen, [...wish.controlPlaneNames, ...wish.workerNames]);
    case 'volumeattachment':
      return attachmentVerdict(each, seen);
    case 'namespace':
      return namespaceVerdict(
        each,
        seen,
        all.some(({ namespace }) => namespace === each.name),
      );
    default:
      return objectVerdict(each, seen);
  }
};

/** What is to be done now for one of them, where anything is. */
const actionsFor = (each: StuckName, seen: StuckSeen, place: ApiPlace): readonly Action[] => {
  const on = place.node;
  const exec = (command: ReturnType<typeof deleteExactly>): readonly Action[] => [{ do: 'exec', on, command }];
  const held = heldOf(each, seen);
  if (held === undefined) return [];
  if (held.finalizers.length > 0) return exec(removeFinalizers(place, each, held));
  return exec(deleteExactly(place, each, { uid: held.uid, atOnce: each.resource === 'pod' }));
};

interface Held {
  readonly uid: string;
  readonly finalizers: readonly string[];
}

// What is deleted as a whole is left its finalizers: whoever put them there is told by the deletion.
const whole = (found: { readonly uid: string } | undefined): Held | undefined =>
  found === undefined ? undefined : { uid: found.uid, finalizers: [] };

const heldOf = (each: StuckName, { pods, namespaces, attachments, objects, nodes }: StuckSeen): Held | undefined => {
  const named = ({ name }: { readonly name: string }): boolean => name === each.name;
  switch (each.resource) {
    case 'pod':
      return findPod(each, pods);
    case 'namespace':
      return namespaces.find(named);
    case 'volumeattachment':
      return whole(attachments.find(named));
    case 'node':
      return whole(nodes.find(named));
    default:
      return findObject(each, objects);
  }
};

/** Takes away what was named, each thing only where that is safe; nothing is touched while one of them is not. */
export const removeStuck = defineStep({
  id: 'remove-stuck',
  subject: 'cluster',
  title: ({ named }) =>
    `clean up ${namesIn(named).length === 0 ? 'nothing of the cluster' : named.replaceAll(',', ', ')}`,
  with: z.strictObject({
    /** With commas, as parseStuckName reads them. */
    named: stuckNames,
    controlPlaneNames: z.array(z.string()),
    workerNames: z.array(z.string()),
  }),
  detect: ({ named }, _on: ClusterSubject) => ({
    pods: terminatingPods,
    namespaces: heldNamespaces,
    attachments: volumeAttachments,
    objects: heldObjects(placesIn(named)),
    nodes: nodesFact,
  }),

  check: (seen, wish) => {
    const verdicts = namesIn(wish.named).map((each) => verdictOn(each, seen, wish));
    const blocks = verdicts.flatMap((verdict) => (verdict.kind === 'blocked' ? blocksOf(verdict) : []));
    if (blocks.length > 0) return judged(blocks, []);
    const changes = verdicts.flatMap((verdict) => (verdict.kind === 'needed' ? verdict.changes : []));
    if (changes.length > 0) return needed(...changes);
    return verdicts.find(({ kind }) => kind === 'pending') ?? satisfied;
  },
  apply: (seen, wish, _on, place) =>
    namesIn(wish.named).flatMap((each) =>
      verdictOn(each, seen, wish).kind === 'needed' ? actionsFor(each, seen, place) : [],
    ),
  expect: (seen, { named }) => {
    const names = namesIn(named);
    const without = <T extends { readonly name: string }>(resource: string, all: readonly T[]): readonly T[] =>
      all.filter(({ name }) => !names.some((each) => each.resource === resource && each.name === name));
    return {
      pods: seen.pods.filter((pod) => !names.some((each) => findPod(each, [pod]) !== undefined)),
      namespaces: without('namespace', seen.namespaces),
      attachments: without('volumeattachment', seen.attachments),
      objects: seen.objects.filter((object) => !names.some((each) => findObject(each, [object]) !== undefined)),
      nodes: without('node', seen.nodes),
    };
  },

  // What holds a namespace is gone first; then Kubernetes has to notice.
  limits: () => ({ pendingMs: 120_000, attempts: 4 }),
  explain: {
    why: 'What was deleted and stays is held by something: a kubelet that does not answer, or whoever put a finalizer there. Only who knows that nothing waits for it any more can let it go.',
    source: 'kubernetes.io, Force Delete StatefulSet Pods; Finalizers; Node Shutdowns',
    type: [
      'kubectl patch RESOURCE NAME -n NAMESPACE --type=json -p \'[{"op":"remove","path":"/metadata/finalizers"}]\'',
      'kubectl delete pod NAME -n NAMESPACE --grace-period=0 --force',
      'kubectl delete volumeattachment NAME',
    ],
  },
});
