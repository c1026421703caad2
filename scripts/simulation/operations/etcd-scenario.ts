import { Random } from '../../../src/simulator/random.ts';

/** What befell the one member before anybody types anything. */
export const losses = [
  /** Its files are deleted and its etcd ends. */
  'deleted',
  /** Its database is torn, and it ends. */
  'torn',
  /** Its files are deleted beneath its etcd, which does not notice. */
  'unnoticed',
  /** Somebody took it out of the list by hand, and went home. */
  'removed',
  /** The same, and added a learner that nobody started. */
  'added',
  /** The same, and started it: it runs, and has no vote. */
  'learning',
  /** Nothing: it is well. */
  'none',
] as const;
export type Loss = (typeof losses)[number];

/** Another patch of etcd for all members. */
export interface EtcdUpgrade {
  readonly kind: 'upgrade';
  readonly image: string;
  /** The registry has no such image. */
  readonly unknown: boolean;
}

/** The member of one control plane is lost, and replaced. */
export interface EtcdReplacement {
  readonly kind: 'replace';
  /** The control plane, from 0. */
  readonly at: number;
  readonly loss: Loss;
  /** From the loss to the operator. */
  readonly noticedMs: number;
}

/** How etcd stands, and what is asked for. */
export type EtcdScenario = (EtcdUpgrade | EtcdReplacement) & {
  /** Manifests as `kubeadm join` wrote them; otherwise written anew by an upgrade, each with its own member only. */
  readonly joined: boolean;
  /** `nodeops resume last` is typed at every second time. */
  readonly resumes: boolean;
};

/** Of each Kubernetes: what its etcd may become; the last of them are another minor, an older patch, none at all. */
const images: Readonly<Record<string, readonly [newer: readonly string[], impossible: readonly string[]]>> = {
  '1.33': [
    ['3.5.26-0', '3.5.33-0'],
    ['3.6.6-0', '3.5.21-0', '3.5.99-0'],
  ],
  '1.34': [
    ['3.6.6-0', '3.6.8-0'],
    ['3.5.26-0', '3.6.4-0', '3.6.99-0'],
  ],
  '1.35': [
    ['3.6.8-0', '3.6.12-0'],
    ['3.5.33-0', '3.6.5-0', '3.6.99-0'],
  ],
  '1.36': [
    ['3.6.9-0', '3.6.12-0'],
    ['3.5.33-0', '3.6.6-0', '3.6.99-0'],
  ],
};

const drawUpgrade = (random: Random, from: string): EtcdUpgrade => {
  const [newer = [], impossible = []] = images[from.split('.', 2).join('.')] ?? [];
  const tag = random.pick(random.chance(0.12) ? impossible : newer);
  return { kind: 'upgrade', image: `registry.k8s.io/etcd:${tag}`, unknown: tag.endsWith('.99-0') };
};

const drawReplacement = (random: Random, controlPlanes: number): EtcdReplacement => ({
  kind: 'replace',
  at: random.below(controlPlanes),
  loss: random.chance(0.06) ? 'none' : random.pick(losses.filter((loss) => loss !== 'none')),
  noticedMs: random.pick([random.between(10_000, 60_000), random.between(60_000, 1_200_000)]),
});

export interface DrawnEtcd {
  readonly from: string;
  readonly controlPlanes: number;
  readonly workers: number;
  readonly etcd: EtcdScenario;
}

/** Drawn from the seed beside all else; a topology that is given takes the place of the drawn one. */
export const drawEtcd = (
  seed: number,
  given: { readonly controlPlanes: number; readonly workers: number } | undefined,
): DrawnEtcd => {
  const random = new Random(seed ^ 0xe7cd);
  const replaces = random.chance(0.55);
  const from = random.pick(['1.33.8', '1.34.2', '1.35.4', '1.36.1']);
  const controlPlanes = random.pick(replaces ? [2, 3, 3, 3, 3, 5] : [1, 2, 3, 3, 3, 3]);
  const workers = random.pick([0, 1, 1, 2]);
  const joined = random.chance(0.6);
  const resumes = random.chance(0.4);
  const topology = given ?? { controlPlanes, workers };
  const drawn = replaces ? drawReplacement(random, topology.controlPlanes) : drawUpgrade(random, from);
  return { from, ...topology, etcd: { ...drawn, joined, resumes } };
};
