import { newPid } from '../shell/proc.ts';
import type { Actor } from '../world/actor.ts';
import type { Component, ComponentService, Host, KubeletService } from '../world/host.ts';
import type { ObjectStore } from '../world/object-store.ts';
import { kubeletConfigFile, Kubelets, kubeletServer } from './kubelet.ts';
import { commandIn, componentNames, imageOf, manifestDirectory, manifestPath, versionOfImage } from './manifests.ts';
import { hashOf, MirrorPods } from './mirror-pods.ts';
import type { NodeHealth } from './node-health.ts';
import type { Maker } from './objects.ts';
import { StaticPods } from './static-pods.ts';
import { certificatesNamed } from './used-certificates.ts';

export interface PartNeeds {
  readonly maker: Maker;
  readonly store: ObjectStore;
  readonly health: NodeHealth;
  readonly opensEtcd: (host: string) => boolean;
  readonly etcdAnswers: (host: string) => boolean;
  /** A kubelet was started: what it knows of pods it will have from the API that it finds. */
  readonly kubeletBegan: (host: Host, actor: Actor) => void;
}

/** The kubelet of one host, its static pods and their mirror pods. */
export class HostParts {
  readonly service: KubeletService;
  readonly components: ComponentService;
  readonly #host: Host;
  readonly #health: NodeHealth;
  readonly #began: PartNeeds['kubeletBegan'];
  readonly #kubelets: Kubelets;
  readonly #statics: StaticPods;
  readonly #mirrors: MirrorPods;

  constructor(host: Host, { maker, store, health, opensEtcd, etcdAnswers, kubeletBegan }: PartNeeds) {
    this.#host = host;
    this.#health = health;
    this.#began = kubeletBegan;
    this.#statics = new StaticPods(host, {
      opensEtcd,
      etcdAnswers,
      kubeletAsksItself: () => kubeletServer(host).startsWith(`${host.address}:`),
      moved: () => this.#mirrors.soon(host.world.random.between(500, 2000)),
    });
    this.#mirrors = new MirrorPods(host, {
      maker,
      store,
      reachable: () => health.reaches(host),
      textOf: (name) => this.#statics.textOf(name),
      isLeaving: (name) => this.#statics.isLeaving(name),
      restartsInPlace: (name) => this.#statics.restartsInPlace(name),
    });
    this.#kubelets = new Kubelets(host, {
      started: (restartsPods, actor) => this.#started(restartsPods, actor),
      stopped: () => this.#statics.kubeletStopped(),
    });
    this.service = this.#kubelets;
    this.components = {
      stop: (name, actor) => this.#statics.stop(name, actor),
      start: (name, actor) => this.#statics.fileChanged(name, actor),
      signal: (name, signal, actor) => this.#statics.signal(name, signal, actor),
    };
  }

  /** Takes up what the files say, as running for a long time. */
  adopt(version: string): void {
    this.#host.kubelet.server = kubeletServer(this.#host);
    this.#host.kubelet.configuration = this.#host.files.read(kubeletConfigFile);
    if (this.#host.role === 'worker') return;
    for (const name of componentNames) {
      const image = imageOf(name, version);
      const argv = commandIn(this.#host.files.read(manifestPath(name)));
      const component: Component = {
        name,
        image,
        version: versionOfImage(image),
        pid: newPid(this.#host),
        argv,
        startedAt: this.#host.kernel.now - 86_400_000,
        certificates: certificatesNamed(this.#host.files, argv),
        state: 'running',
        since: this.#host.kernel.now - 86_400_000,
        stoppedBy: undefined,
      };
      this.#host.components.set(name, component);
    }
    this.#statics.adopt();
  }

  seedMirrorPods(store: ObjectStore): void {
    for (const [name, component] of this.#host.components)
      store.seed(this.#mirrors.pod(name, component, hashOf(this.#statics.textOf(name) ?? ''), true));
  }

  readyAt(name: Component['name']): number | undefined {
    return this.#statics.readyAt(name);
  }

  fileChanged(path: string, actor: Actor): void {
    if (!path.startsWith(`${manifestDirectory}/`)) return;
    const name = componentNames.find((one) => path === `${manifestDirectory}/${one}.yaml`);
    if (name !== undefined) this.#statics.fileChanged(name, actor);
  }

  /** Ends a static pod's container behind the kubelet's back. */
  stopContainer(name: Component['name'], actor: Actor): void {
    this.#statics.stop(name, actor);
  }

  /** Nothing where no kubelet runs: it is started with the next one. */
  startContainer(name: Component['name'], actor: Actor): void {
    this.#statics.fileChanged(name, actor);
  }

  powerLost(actor: Actor): void {
    this.#kubelets.stop(actor);
    this.#statics.powerLost(actor);
  }

  /** An API server came or went somewhere: what could not be written may be now. */
  apiMoved(): void {
    if (this.#host.role === 'control-plane') this.#mirrors.soon(this.#host.world.random.between(1000, 4000));
  }

  #started(restartsPods: boolean, actor: Actor): void {
    this.#health.kubeletStarted(this.#host);
    this.#began(this.#host, actor);
    if (this.#host.role === 'worker') return;
    if (restartsPods) this.#mirrors.drop();
    this.#statics.kubeletStarted(restartsPods, actor);
    this.#mirrors.soon(this.#host.world.random.between(1000, 4000));
  }
}
