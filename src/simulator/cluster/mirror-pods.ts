import { createHash } from 'node:crypto';
import type { Timer } from '../kernel.ts';
import { byCluster } from '../world/actor.ts';
import type { Component, Host } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { seconds } from './clock-text.ts';
import { componentNames } from './manifests.ts';
import { type Container, type Maker, metadata, objectOf, type PodObject } from './objects.ts';
import { runningStatus } from './pod-status.ts';

type Name = Component['name'];

const hashes = new Map<string, string>();

/** What kubeadm waits for: the hash of the static pod that the kubelet runs. */
export const hashOf = (text: string): string => {
  let hash = hashes.get(text);
  if (hash === undefined) {
    hash = createHash('md5').update(text).digest('hex');
    if (hashes.size > 5000) hashes.clear();
    hashes.set(text, hash);
  }
  return hash;
};

const hashKey = 'kubernetes.io/config.hash';

export const mirrorPodName = (name: Name, host: string): string => `${name}-${host}`;

const demanding = (requests: Record<string, string>, port: number) => ({
  resources: { requests },
  ports: [{ containerPort: port, hostPort: port }],
});

/** As kubeadm's manifests have them; the ports are those of the probes (lab, 1.35.4). */
const demands: Readonly<Record<Name, Pick<Container, 'resources' | 'ports'>>> = {
  etcd: demanding({ cpu: '100m', memory: '100Mi' }, 2381),
  'kube-apiserver': demanding({ cpu: '250m' }, 6443),
  'kube-controller-manager': demanding({ cpu: '200m' }, 10_257),
  'kube-scheduler': demanding({ cpu: '100m' }, 10_259),
};

export interface MirrorNeeds {
  readonly maker: Maker;
  readonly store: ObjectStore;
  /** Whether the kubelet of this host can write to the API now. */
  readonly reachable: () => boolean;
  readonly textOf: (name: Name) => string | undefined;
  readonly isLeaving: (name: Name) => boolean;
  /** Its container is away for a moment, and the pod the same. */
  readonly restartsInPlace: (name: Name) => boolean;
}

/** The API's picture of one control plane's static pods, which its kubelet keeps when it can. */
export class MirrorPods {
  readonly #host: Host;
  readonly #needs: MirrorNeeds;
  #timer: Timer | undefined;

  constructor(host: Host, needs: MirrorNeeds) {
    this.#host = host;
    this.#needs = needs;
  }

  /** Looked at in so many ms, or earlier where that was already so. */
  soon(ms: number): void {
    const { kernel } = this.#host;
    if (this.#timer !== undefined && !this.#timer.cancelled && this.#timer.at <= kernel.now + ms) return;
    kernel.cancel(this.#timer);
    this.#timer = kernel.after(ms, () => {
      this.#timer = undefined;
      this.write();
    });
  }

  /** Where the API is away, nothing is written: the API server's return asks again. */
  write(): void {
    if (this.#host.kubelet.running === undefined || !this.#needs.reachable()) return;
    for (const name of componentNames) this.#writeOne(name);
  }

  /** A kubelet of another minor takes the old ones away first. */
  drop(): void {
    for (const name of componentNames)
      this.#needs.store.remove('Pod', 'kube-system', mirrorPodName(name, this.#host.name), byCluster);
  }

  #writeOne(name: Name): void {
    const { store } = this.#needs;
    const podName = mirrorPodName(name, this.#host.name);
    const found = objectOf(store, 'Pod', 'kube-system', podName);
    const component = this.#host.components.get(name);
    const text = this.#needs.textOf(name);
    const away = component?.state === 'stopped' && !this.#needs.restartsInPlace(name);
    if (component === undefined || away || text === undefined || this.#needs.isLeaving(name)) {
      if (found !== undefined) store.remove('Pod', 'kube-system', podName, byCluster);
      return;
    }
    const ready = component.state === 'running';
    const hash = hashOf(text);
    const same = found?.metadata.annotations?.[hashKey] === hash;
    if (same && found.status.conditions?.[2]?.status === (ready ? 'True' : 'False')) {
      const status = this.#status(found.spec, component, ready);
      // It began anew, and was ready again before anybody saw that it was not: nobody waits for such news.
      if (
        found.status.containerStatuses?.[0]?.state.running.startedAt !==
        status.containerStatuses?.[0]?.state.running.startedAt
      ) {
        found.status = status;
        store.seed(found);
      }
      return;
    }
    if (same) found.status = this.#status(found.spec, component, ready);
    store.put(same ? found : this.pod(name, component, hash, ready), byCluster);
  }

  #status(spec: PodObject['spec'], { since }: Component, ready: boolean): PodObject['status'] {
    const { kernel, clockOffsetMs } = this.#host;
    return runningStatus(spec, { ready, at: kernel.now, since: since + clockOffsetMs });
  }

  pod(name: Name, component: Component, hash: string, ready: boolean): PodObject {
    const { objects, kernel } = this.#host.world;
    const spec: PodObject['spec'] = {
      containers: [{ name, image: component.image, ...demands[name] }],
      hostNetwork: true,
      terminationGracePeriodSeconds: 30,
      nodeName: this.#host.name,
      priorityClassName: 'system-node-critical',
      tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
    };
    const node = objects.get('Node', undefined, this.#host.name);
    const owner = node === undefined ? {} : { owner: node };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metadata(this.#needs.maker, {
        name: mirrorPodName(name, this.#host.name),
        namespace: 'kube-system',
        labels: { component: name, tier: 'control-plane' },
        annotations: {
          [hashKey]: hash,
          'kubernetes.io/config.mirror': hash,
          'kubernetes.io/config.seen': seconds(kernel.now),
          'kubernetes.io/config.source': 'file',
        },
        ...owner,
      }),
      spec,
      status: this.#status(spec, component, ready),
    };
  }
}
