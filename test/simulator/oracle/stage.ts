import { Kernel } from '../../../src/simulator/kernel.ts';
import type { Break, Wish } from '../../../src/simulator/oracle/invariant.ts';
import type { JournalEntry, Note } from '../../../src/simulator/oracle/note.ts';
import { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import type { SeenHost, SeenWorld } from '../../../src/simulator/oracle/seen-world.ts';
import type { Actor } from '../../../src/simulator/world/actor.ts';
import type { WorldEvent } from '../../../src/simulator/world/events.ts';
import type { FileChange, FileStat } from '../../../src/simulator/world/files.ts';
import type { Component } from '../../../src/simulator/world/host.ts';
import type { EtcdMember, KubeObject } from '../../../src/simulator/world/world.ts';

/** Files that are set up by hand. */
class StageFiles {
  readonly texts = new Map<string, string>();
  readonly changes: FileChange[] = [];

  write(path: string, text: string, actor: Actor): void {
    this.changes.push({ path, actor, existed: this.texts.has(path) });
    this.texts.set(path, text);
  }
  remove(path: string, actor: Actor): void {
    this.changes.push({ path, actor, existed: true });
    this.texts.delete(path);
  }
  read(path: string): string {
    const text = this.texts.get(path);
    if (text === undefined) throw new Error(`${path}: ENOENT`);
    return text;
  }
  stat(path: string): FileStat | undefined {
    const kind = this.texts.has(path) ? 'file' : this.list(path).length > 0 ? 'directory' : undefined;
    if (kind === undefined) return undefined;
    return { kind, mode: 0o644, bytes: 0, changedAt: 0, inode: 1, device: 1, owner: 'root' };
  }
  list(path: string): readonly string[] {
    const below = [...this.texts.keys()].filter((each) => each.startsWith(`${path}/`));
    return [...new Set(below.map((each) => each.slice(path.length + 1).split('/')[0] ?? ''))].toSorted();
  }
  mark(): number {
    return this.changes.length;
  }
  changedSince(mark: number): readonly FileChange[] {
    return this.changes.slice(mark);
  }
}

const componentNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** A host that may be changed at will. */
export type StageHost = { -readonly [Key in keyof SeenHost]: SeenHost[Key] } & { readonly files: StageFiles };

interface StageWorld extends SeenWorld {
  readonly hosts: Map<string, StageHost>;
  readonly etcd: SeenWorld['etcd'] & { readonly members: EtcdMember[] };
}

interface NodeObject extends KubeObject {
  spec: { unschedulable?: boolean };
  status: { conditions: { type: string; status: string }[]; nodeInfo: { kubeletVersion: string } };
}

export interface StageOptions {
  readonly controlPlanes?: number;
  readonly workers?: number;
  readonly wish?: Partial<Wish>;
  /** Before the oracle looks around. */
  readonly before?: (stage: Stage) => void;
}

export const from = '1.35.4';
export const to = '1.36.3';

/** A program of ours; the same object, as all events of one command carry it. */
export const we: Actor = { kind: 'nodeops', program: 1, run: 'r1' };
export const others: Actor = { kind: 'nodeops', program: 2, run: 'r2' };
export const person: Actor = { kind: 'person', name: 'colleague' };
export const fault: Actor = { kind: 'fault', fault: 'etcd-member-down' };

/**
 * A cluster made by hand (cp1…, w1…), in which nothing happens but what a test does. Its oracle watches from the
 * beginning on; program 1 has started.
 */
export class Stage {
  readonly kernel = new Kernel(1_000_000);
  readonly world: StageWorld;
  readonly oracle: Oracle;
  readonly #listeners: ((event: WorldEvent) => void)[] = [];
  readonly #nodes = new Map<string, NodeObject>();
  readonly #objects = new Map<string, KubeObject>();
  #numbers = 0;

  constructor({ controlPlanes = 3, workers = 2, wish = {}, before }: StageOptions = {}) {
    this.world = this.#makeWorld();
    for (let at = 1; at <= controlPlanes; at += 1) this.#addHost('control-plane', `cp${at}`, `10.0.0.${at}`);
    for (let at = 1; at <= workers; at += 1) this.#addHost('worker', `w${at}`, `10.0.1.${at}`);
    before?.(this);
    this.oracle = new Oracle(this.world, { version: to, maxUnavailable: 1, ...wish });
    this.note({ type: 'program-started', program: 1, changesNothing: false });
  }

  get breaks(): readonly Break[] {
    return this.oracle.breaks;
  }

  host(name: string): StageHost {
    const host = this.world.hosts.get(name);
    if (host === undefined) throw new RangeError(`no host ${name}`);
    return host;
  }

  member(name: string): EtcdMember {
    const member = this.world.etcd.members.find(({ host }) => host === name);
    if (member === undefined) throw new RangeError(`no member ${name}`);
    return member;
  }

  emit(event: WorldEvent): void {
    this.pass(10);
    for (const listener of this.#listeners) listener(event);
  }

  note(note: Note): void {
    this.pass(10);
    this.oracle.note(note);
  }

  /** Virtual ms go by. */
  pass(ms: number): void {
    this.kernel.at(this.kernel.now + ms, () => undefined);
    this.kernel.step();
  }

  journal(entry: JournalEntry, program = 1): void {
    this.note({ type: 'journal', program, run: `r${program}`, entry });
  }

  /** A step that begins a while after whatever was before it. */
  step(node: string, program = 1): void {
    this.pass(2000);
    this.stepAtOnce(node, program);
  }

  stepAtOnce(node: string, program = 1): void {
    this.journal({ type: 'step-started', address: `step on ${node}`, node }, program);
  }

  /** Announced in the journal, sent, answered and ended there; `exit` as the program was told. */
  command(
    line: string,
    {
      node = 'cp1',
      effect = 'write',
      exit = 'known',
      program = 1,
      announced = true,
      actor = { kind: 'nodeops', program, run: `r${program}` },
      during = () => undefined,
    }: {
      readonly node?: string;
      readonly effect?: 'read' | 'scratch' | 'write';
      readonly exit?: 'known' | 'unknown' | 'none';
      readonly program?: number;
      readonly announced?: boolean;
      readonly actor?: Actor;
      readonly during?: () => void;
    } = {},
  ): void {
    this.#numbers += 1;
    const [number, id] = [this.#numbers, `c${this.#numbers}`];
    const address = `step on ${node}`;
    if (announced && effect === 'write')
      this.journal({ type: 'command-started', address, id, node, line, effect }, program);
    this.note({ type: 'command-sent', program, number, node, effect, line, actor });
    during();
    if (exit === 'none') return;
    this.note({ type: 'command-ended', program, number, exit });
    const kind = exit === 'known' ? 'code' : 'unknown';
    if (announced && effect === 'write')
      this.journal({ type: 'command-finished', address, id, node, exit: { kind } }, program);
  }

  read(node: string, program = 1): void {
    this.command(`look at ${node}`, { node, effect: 'read', program });
  }

  snapshot(verified = true, run = 'r1'): void {
    this.note({ type: 'snapshot-kept', program: 1, run, verified });
  }

  stop(host: string, name: Component['name'], actor: Actor): void {
    const component = this.component(host, name);
    component.state = 'stopped';
    component.stoppedBy = actor;
    this.emit({ type: 'component-stopped', host, component: name, version: component.version, actor });
  }

  start(host: string, name: Component['name'], version?: string): void {
    const component = this.component(host, name);
    component.state = 'running';
    component.stoppedBy = undefined;
    component.version = version ?? component.version;
    this.emit({
      type: 'component-ready',
      host,
      component: name,
      version: component.version,
      actor: { kind: 'cluster' },
    });
  }

  component(host: string, name: Component['name']): Component {
    const found = this.host(host).components.get(name);
    if (found === undefined) throw new RangeError(`${host} has no ${name}`);
    return found;
  }

  install(host: string, name: string, version: string, actor: Actor = we): void {
    const found = this.host(host).packages.get(name);
    if (found === undefined) throw new RangeError(`${host} has no ${name}`);
    const before = found.version;
    found.version = `${version}-1.1`;
    this.emit({ type: 'package-changed', host, name, from: before, to: found.version, actor });
  }

  hold(host: string, name: string, held: boolean, actor: Actor = we): void {
    const found = this.host(host).packages.get(name);
    if (found === undefined) throw new RangeError(`${host} has no ${name}`);
    found.held = held;
    this.emit({ type: 'hold-changed', host, name, held, actor });
  }

  stopKubelet(host: string, actor: Actor = we): void {
    const { kubelet } = this.host(host);
    const version = kubelet.running ?? '';
    kubelet.running = undefined;
    this.emit({ type: 'kubelet-stopped', host, version, actor });
  }

  startKubelet(host: string, version: string, actor: Actor = we): void {
    this.host(host).kubelet.running = version;
    this.fields(host).status.nodeInfo = { kubeletVersion: `v${version}` };
    this.emit({ type: 'kubelet-started', host, version, actor });
  }

  cordon(node: string, actor: Actor = we): void {
    this.fields(node).spec.unschedulable = true;
    this.emit({ type: 'cordoned', node, actor });
  }

  uncordon(node: string, actor: Actor = we): void {
    this.fields(node).spec.unschedulable = false;
    this.emit({ type: 'uncordoned', node, actor });
  }

  down(host: string): void {
    this.host(host).power = 'down';
    this.emit({ type: 'host-down', host, actor: fault });
  }

  ready(node: string, status: 'True' | 'Unknown'): void {
    this.fields(node).status.conditions = [{ type: 'Ready', status }];
    this.emit({ type: 'object-changed', kind: 'Node', namespace: '', name: node, actor: { kind: 'cluster' } });
  }

  unit(host: string, unit: string, state: 'started' | 'ended', actor: Actor = we, code?: number): void {
    this.emit({ type: `unit-${state}`, host, unit, actor, ...(code === undefined ? {} : { code }) });
  }

  pod(
    name: string,
    node: string,
    options: { readonly owner?: string; readonly finalizers?: string[] } = {},
  ): KubeObject {
    const { owner = 'ReplicaSet', finalizers } = options;
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: 'shop',
        uid: name,
        resourceVersion: '1',
        creationTimestamp: '',
        labels: { app: 'shop' },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'shop', uid: 'shop' }],
        ...(finalizers === undefined ? {} : { finalizers }),
      },
      spec: { nodeName: node },
      status: { phase: 'Running' },
    };
    this.#objects.set(`Pod shop/${name}`, pod);
    return pod;
  }

  fields(node: string): NodeObject {
    const found = this.#nodes.get(node);
    if (found === undefined) throw new RangeError(`no node ${node}`);
    return found;
  }

  /** Takes one host to the wished version, as if it had always been so: nobody is told. */
  upgraded(name: string, version = to): void {
    const host = this.host(name);
    for (const each of ['kubeadm', 'kubelet', 'kubectl']) {
      const found = host.packages.get(each);
      if (found !== undefined) found.version = `${version}-1.1`;
    }
    host.kubelet.running = version;
    for (const component of host.components.values()) if (component.name !== 'etcd') component.version = version;
    host.files.texts.set(
      '/etc/apt/sources.list.d/kubernetes.list',
      `deb https://mirror/v${version.split('.').slice(0, 2).join('.')}/deb/ /`,
    );
    this.fields(name).status.nodeInfo = { kubeletVersion: `v${version}` };
  }

  put(object: KubeObject): void {
    this.#objects.set(`${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
  }

  #makeWorld(): StageWorld {
    const objects = this.#objects;
    const hosts = new Map<string, StageHost>();
    const members: EtcdMember[] = [];
    const serves = ({ host }: EtcdMember): boolean =>
      hosts.get(host)?.power === 'up' && hosts.get(host)?.components.get('etcd')?.state === 'running';
    return {
      kernel: this.kernel,
      hosts,
      objects: {
        revision: 1000,
        get: (kind, namespace, name) => objects.get(`${kind} ${namespace ?? ''}/${name}`),
        list: (kind) => [...objects.values()].filter((each) => each.kind === kind),
      },
      cluster: 'stage',
      etcd: {
        members,
        hasQuorum: () => members.filter(serves).length * 2 > members.length,
        empty: false,
        compacted: 0,
        runOf: (host) => ({
          clusterId: '1',
          memberId: members.find((member) => member.host === host)?.id ?? '0',
          revision: 1000,
          live: true,
          empty: false,
          quorum: members.filter(serves).length * 2 > members.length,
        }),
      },
      archives: [],
      listen: (listener) => void this.#listeners.push(listener),
    };
  }

  #addHost(role: SeenHost['role'], name: string, address: string): void {
    const files = new StageFiles();
    const packages = ['kubeadm', 'kubelet', 'kubectl'].map(
      (each) => [each, { name: each, version: `${from}-1.1`, status: 'installed', held: true }] as const,
    );
    const components = (role === 'worker' ? [] : componentNames).map(
      (each) =>
        [
          each,
          {
            name: each,
            image: each,
            version: each === 'etcd' ? '3.6.6' : from,
            pid: 1,
            argv: [each],
            startedAt: 0,
            certificates: new Map<string, string>(),
            state: 'running',
            since: 0,
            stoppedBy: undefined,
          },
        ] as const,
    );
    const host: StageHost = {
      name,
      role,
      address,
      files,
      packages: new Map(packages),
      units: new Map(),
      kubelet: { running: from, since: 0, crashes: undefined, server: undefined, configuration: '' },
      components: new Map(components),
      power: 'up',
      boot: { id: `${name}-boot`, at: 0, pid1Start: 100, release: '6.1.0-25-amd64' },
      clockOffsetMs: 0,
      disk: { bytes: 100, foreignBytes: 10 },
      fileLocks: new Map(),
      network: { interfaces: new Set(), rules: [] },
      machine: { cpus: 2, memoryKiB: 8_000_000, forwards: true, forwardsAtStart: true, swap: [], listeners: [] },
    };
    this.world.hosts.set(name, host);
    if (role === 'control-plane')
      this.world.etcd.members.push({
        host: name,
        id: `${name}-id`,
        learner: false,
        started: true,
        lag: 0,
        alarm: undefined,
        looseBytes: 0,
      });
    files.texts.set(
      '/etc/kubernetes/kubelet.conf',
      `    server: https://${role === 'worker' ? '10.0.0.100' : address}:6443\n`,
    );
    files.texts.set('/etc/apt/sources.list.d/kubernetes.list', 'deb https://mirror/v1.35/deb/ /');
    const node: NodeObject = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '' },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: `v${from}` } },
    };
    this.#nodes.set(name, node);
    this.put(node);
  }
}
