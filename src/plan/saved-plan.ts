import { createHmac } from 'node:crypto';
import { allHosts, controlPlanes, type Cluster } from '../model/cluster.ts';
import type { Observed } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Waivers } from '../model/waivers.ts';
import { redact, type Hide } from '../model/redact.ts';
import type { Playbook } from '../playbook/schema.ts';
import type { Rests } from './build-plan.ts';
import type { Remembered } from './fact-changes.ts';

export const savedPlanFormat = 1;

/** What was planned for one cluster, and what it rests on. Secrets are hidden (`model/redact.ts`). */
export interface SavedCluster {
  readonly cluster: string;
  /** The run that the plan was made for; names of snapshots and marks of cordons hold it. */
  readonly run: string;
  readonly playbook: { readonly name: string; readonly digest: string };
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The nodes that take part. */
  readonly nodes: readonly string[];
  /** By gate: why the operator goes on whatever it says. */
  readonly waivers?: Waivers;
  /** A digest for each part of the inventory that the plan depends on, by the part's key there. */
  readonly inventory: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** By step (its address) and fact (`node w1 packages`): the index of what was seen or foreseen in `observations`. */
  readonly rests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly observations: readonly Remembered[];
}

export interface SavedPlan {
  readonly kind: 'nodeops-plan';
  readonly format: typeof savedPlanFormat;
  /** The version of nodeops that made it. */
  readonly nodeops: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Of the digests in this file. */
  readonly salt: string;
  readonly clusters: readonly SavedCluster[];
}

/** Keys in one order, whatever order they were made in; what JSON leaves out is left out. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
};

/** One text for all values that are equal as JSON. */
export const canonicalText = (value: unknown): string => JSON.stringify(canonical(value)) ?? 'nothing';

/** Digests of values, the same for equal ones, of no use without the salt for whoever would guess what was hidden. */
export const digesting =
  (salt: string) =>
  (value: unknown): string =>
    createHmac('sha256', salt).update(canonicalText(value)).digest('hex').slice(0, 24);

/** Hides a secret so that another one looks different. */
export const hidingWith = (salt: string): Hide => {
  const digest = digesting(salt);
  return (secret) => `(hidden ${digest(secret).slice(0, 12)})`;
};

/** A value as it is after a way through a file, its secrets hidden. */
const asStored = (value: unknown, hide: Hide): unknown => {
  const text = JSON.stringify(redact(value, hide));
  return text === undefined ? null : (JSON.parse(text) as unknown);
};

/** What a plan remembers of an observation. */
export const remember = (observed: Observed<unknown>, hide: Hide): Remembered => {
  switch (observed.kind) {
    case 'value':
      return { kind: 'value', value: asStored(observed.value, hide) };
    case 'absent':
      return observed;
    case 'unreadable':
      return { kind: 'unreadable', text: String(asStored(observed.text, hide)) };
    case 'unavailable':
      return { kind: 'unavailable', why: String(asStored(observed.why, hide)) };
  }
};

/**
 * What a plan depends on in the inventory, by the key that an operator finds it under. How nodes are reached is no part
 * of it, and the version neither: the plan has its own.
 */
export const inventoryDigests = (cluster: Cluster, salt: string): Readonly<Record<string, string>> => {
  const digest = digesting(salt);
  return {
    nodes: digest([
      controlPlanes(cluster).map(({ name }) => name),
      allHosts(cluster)
        .map(({ name, role }) => `${role} ${name}`)
        .toSorted(),
    ]),
    kubeadm: digest(Object.fromEntries(cluster.nodes.map(({ name, kubeadm }) => [name, kubeadm]))),
    workers: digest(cluster.maxUnavailable),
    drain: digest(cluster.drain),
    apt: digest(cluster.aptLockTimeoutMs),
    // Where a manifest lies on the operator's machine does not matter.
    cni: digest(withoutFiles(cluster.cni)),
    addons: digest(cluster.addons.map(withoutFiles)),
  };
};

const withoutFiles = (addon: Cluster['cni']): unknown =>
  addon?.work.kind === 'manifest' ? { ...addon, work: addon.work.text } : (addon ?? null);

/** A digest of what a playbook says; comments and layout do not count. */
export const playbookDigest = (playbook: Playbook, salt: string): string => digesting(salt)(playbook);

export interface ToSave {
  readonly cluster: Cluster;
  readonly nodes: readonly string[];
  readonly playbook: Playbook;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly waivers?: Waivers | undefined;
  readonly run: string;
  readonly plan: Plan;
  readonly rests: Rests;
}

/** Gives equal observations one place: most steps rest on a few facts. */
class Pool {
  readonly observations: Remembered[] = [];
  readonly #places = new Map<string, number>();
  readonly #known = new Map<Observed<unknown>, number>();

  place(observed: Observed<unknown>, hide: Hide): number {
    const known = this.#known.get(observed);
    if (known !== undefined) return known;
    const remembered = remember(observed, hide);
    const text = canonicalText(remembered);
    const place = this.#places.get(text) ?? this.observations.push(remembered) - 1;
    this.#places.set(text, place);
    this.#known.set(observed, place);
    return place;
  }
}

/** One cluster's part of a file of saved plans. Pure. */
export const savedCluster = (toSave: ToSave, salt: string): SavedCluster => {
  const { cluster, nodes, playbook, parameters, waivers, run, plan, rests } = toSave;
  const hide = hidingWith(salt);
  const pool = new Pool();
  const places = [...rests].map(([address, facts]) => [
    address,
    Object.fromEntries([...facts].map(([key, observed]) => [key, pool.place(observed, hide)])),
  ]);
  return {
    cluster: cluster.name,
    run,
    playbook: { name: playbook.name, digest: playbookDigest(playbook, salt) },
    parameters,
    nodes,
    ...(waivers === undefined ? {} : { waivers }),
    inventory: inventoryDigests(cluster, salt),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- hiding changes texts only
    plan: asStored(plan, hide) as Plan,
    rests: Object.fromEntries(places),
    observations: pool.observations,
  };
};
