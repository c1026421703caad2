import type { Actor } from './actor.ts';
import type { KubeObject, Objects, StoredObject } from './world.ts';

interface Kind {
  readonly byKey: Map<string, KubeObject>;
  revision: number;
  /** In the order in which the API lists: by namespace, then name. */
  sorted: readonly KubeObject[] | undefined;
  readonly byNamespace: Map<string, readonly KubeObject[]>;
  /** By key, the revision at which each was made. */
  readonly made: Map<string, number>;
}

/** All that etcd holds at a revision: copies, which nothing changes. */
export interface Contents {
  readonly stored: readonly StoredObject[];
  readonly revision: number;
}

type Changed = (object: KubeObject, actor: Actor) => void;

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
const byKey = (a: KubeObject, b: KubeObject): number => {
  const [x, y] = [keyOf(a.metadata.namespace, a.metadata.name), keyOf(b.metadata.namespace, b.metadata.name)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** etcd's contents as the API server shows them. Objects are stored as they are given: whoever changes one puts it again. */
export class ObjectStore implements Objects {
  revision = 1000;
  readonly #kinds = new Map<string, Kind>();
  readonly #beforeRead = new Map<string, () => void>();
  readonly #changed: Changed;

  constructor(changed: Changed) {
    this.#changed = changed;
  }

  /** Called before each reading of a kind: for what changes all the time, and is asked seldom. */
  beforeRead(kind: string, refresh: () => void): void {
    this.#beforeRead.set(kind, refresh);
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    this.#beforeRead.get(kind)?.();
    return this.#kinds.get(kind)?.byKey.get(keyOf(namespace, name));
  }

  /** As `get`, without what is done before each reading. */
  peek(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#kinds.get(kind)?.byKey.get(keyOf(namespace, name));
  }

  list(kind: string, namespace?: string): readonly KubeObject[] {
    this.#beforeRead.get(kind)?.();
    const found = this.#kinds.get(kind);
    if (found === undefined) return [];
    found.sorted ??= [...found.byKey.values()].toSorted(byKey);
    if (namespace === undefined) return found.sorted;
    const known = found.byNamespace.get(namespace);
    if (known !== undefined) return known;
    const wanted = found.sorted.filter(({ metadata }) => metadata.namespace === namespace);
    found.byNamespace.set(namespace, wanted);
    return wanted;
  }

  everything(): readonly StoredObject[] {
    return [...this.#kinds.values()].flatMap(({ byKey: all, made }) =>
      [...all].map(([key, object]) => ({ object, madeAt: made.get(key) ?? 0 })),
    );
  }

  contents(): Contents {
    const stored = this.everything().map(({ object, madeAt }) => ({ object: structuredClone(object), madeAt }));
    return { stored, revision: this.revision };
  }

  /** Everything gives way to what was kept, at another revision; nobody is told. */
  replace({ stored }: Contents, revision: number): void {
    for (const kind of this.#kinds.values()) {
      kind.byKey.clear();
      kind.made.clear();
      kind.sorted = undefined;
      kind.byNamespace.clear();
    }
    for (const { object, madeAt } of stored) {
      const { resourceVersion } = object.metadata;
      const copy = structuredClone(object);
      this.#store(copy);
      copy.metadata.resourceVersion = resourceVersion;
      this.#kinds.get(object.kind)?.made.set(keyOf(object.metadata.namespace, object.metadata.name), madeAt);
    }
    // What was made of a kind before is good no more, whatever revision it had.
    this.revision = revision;
    for (const kind of this.#kinds.values()) kind.revision = revision;
  }

  /** Moves with every write to an object of the kind: what was made of them is good while it stands. */
  kindRevision(kind: string): number {
    return this.#kinds.get(kind)?.revision ?? 0;
  }

  put(object: KubeObject, actor: Actor): void {
    this.#store(object);
    this.#changed(object, actor);
  }

  /** As `put`, without telling anybody: for the first objects of a world, and what nobody waits for. */
  seed(object: KubeObject): void {
    this.#store(object);
  }

  remove(kind: string, namespace: string | undefined, name: string, actor: Actor): void {
    const found = this.#kinds.get(kind);
    const key = keyOf(namespace, name);
    const object = found?.byKey.get(key);
    if (found === undefined || object === undefined) return;
    found.byKey.delete(key);
    found.made.delete(key);
    this.#moved(found);
    found.sorted = undefined;
    found.byNamespace.clear();
    this.#changed(object, actor);
  }

  #store(object: KubeObject): void {
    let kind = this.#kinds.get(object.kind);
    if (kind === undefined) {
      kind = { byKey: new Map(), revision: 0, sorted: undefined, byNamespace: new Map(), made: new Map() };
      this.#kinds.set(object.kind, kind);
    }
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (kind.byKey.get(key) !== object) {
      kind.byKey.set(key, object);
      kind.sorted = undefined;
      kind.byNamespace.clear();
    }
    this.#moved(kind);
    if (!kind.made.has(key)) kind.made.set(key, this.revision);
    object.metadata.resourceVersion = String(this.revision);
  }

  #moved(kind: Kind): void {
    this.revision += 1;
    kind.revision = this.revision;
  }
}
