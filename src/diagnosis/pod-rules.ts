import type { PodHealth } from '../facts/pod-health.ts';
import { placeKey } from '../facts/previous-log.ts';
import type { NodeSight } from './node-sight.ts';
import type { Found, Rule } from './rule.ts';

/** Of pods in one trouble the first few, with what their containers wait for. */
const pods = ({ pods: all }: NodeSight, reason: RegExp): readonly PodHealth[] =>
  (all ?? []).filter(({ containers }) => containers.some(({ waiting }) => reason.test(waiting?.reason ?? '')));

const podLine = (pod: PodHealth, reason: RegExp): string => {
  const container = pod.containers.find(({ waiting }) => reason.test(waiting?.reason ?? ''));
  const { reason: word = '', message = '' } = container?.waiting ?? {};
  return `${pod.namespace}/${pod.name}: ${word}: ${message}`;
};

const imagePattern = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable)$/;

/** What the newest event says why: a container that is backing off only says that it does. */
const pullEvent = ({ events }: NodeSight, { namespace, name }: PodHealth): readonly string[] => {
  const event = events?.findLast(
    (each) =>
      each.kind === 'Pod' && each.namespace === namespace && each.name === name && /Failed to pull/.test(each.note),
  );
  return event === undefined ? [] : [`event ${event.reason}: ${event.note.slice(0, 400)}`];
};

const shownPods = 3;

const imagePulls = (sight: NodeSight): readonly Found[] => {
  const found = pods(sight, imagePattern);
  const [first] = found;
  if (first === undefined) return [];
  const image = /image "([^"]+)"/.exec(found.map((pod) => podLine(pod, imagePattern)).join('\n'))?.[1];
  return [
    {
      cause: image === undefined ? 'an image cannot be pulled' : `the image ${image} cannot be pulled`,
      evidence: [...found.slice(0, shownPods).map((pod) => podLine(pod, imagePattern)), ...pullEvent(sight, first)],
      next: `kubectl -n ${first.namespace} describe pod ${first.name}: is the name right, does the registry answer from ${sight.node}, does it need imagePullSecrets?`,
    },
  ];
};

/** What the containers of a pod printed before they ended. */
const saidLast = ({ lastWords }: NodeSight, { namespace, name, containers }: PodHealth): readonly string[] =>
  containers.flatMap((container) =>
    (lastWords?.get(placeKey({ namespace, pod: name, container: container.name })) ?? []).map(
      (line) => `${namespace}/${name}: ${container.name}: ${line}`,
    ),
  );

/** CoreDNS ends as soon as it is asked its own question. Source: coredns.io, plugins/loop; lab, 1.36.3. */
const loop = (sight: NodeSight, crashed: readonly PodHealth[]): Found | undefined => {
  const line = crashed.flatMap((pod) => saidLast(sight, pod)).find((each) => each.includes('plugin/loop: Loop ('));
  return line === undefined
    ? undefined
    : {
        cause: 'CoreDNS ends at once: what it forwards comes back to it',
        evidence: [line],
        next: `kubectl -n kube-system get configmap coredns -o yaml: forward has to lead to a name server that is not this one; with /etc/resolv.conf that is the kubelet’s resolvConf (on ${sight.node}: grep resolvConf /var/lib/kubelet/config.yaml, and whether that file names 127.0.0.53)`,
      };
};

const crashing = (sight: NodeSight): readonly Found[] => {
  const reason = /^CrashLoopBackOff$/;
  const found = pods(sight, reason);
  const [first] = found;
  if (first === undefined) return [];
  const container = first.containers.find(({ waiting }) => reason.test(waiting?.reason ?? ''));
  const looping = loop(sight, found);
  if (looping !== undefined) return [looping];
  return [
    {
      cause: `${found.length === 1 ? 'a pod crashes' : `${found.length} pods crash`} again and again: ${found
        .slice(0, shownPods)
        .map(({ namespace, name }) => `${namespace}/${name}`)
        .join(', ')}`,
      evidence: found.slice(0, shownPods).flatMap((pod) => [podLine(pod, reason), ...saidLast(sight, pod)]),
      next: `kubectl -n ${first.namespace} logs ${first.name} -c ${container?.name ?? ''} --previous`,
      minor: true,
    },
  ];
};

/** What the cluster says of the pods of a node. */
export const podRules: readonly Rule[] = [
  { id: 'image-pull', looksAt: 'images of its pods', needs: ['pods'], unless: ['static-pod-image'], judge: imagePulls },
  { id: 'pod-crashes', looksAt: 'pods that crash', needs: ['pods'], unless: ['static-pod-flag'], judge: crashing },
];
