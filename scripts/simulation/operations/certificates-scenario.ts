import { Random } from '../../../src/simulator/random.ts';

/** How the certificates of a cluster stand, and what is asked for. */
export interface CertificatesScenario {
  /** Days since they were signed, for a year. */
  readonly age: number;
  /** `--all`, `--within` so many days, or neither: `usual`. */
  readonly asked: 'all' | 'usual' | number;
  /** Somebody has renewed them by hand an hour ago, and restarted nothing. */
  readonly byHand: boolean;
  /** The key of the cluster's authority is kept elsewhere: they cannot be renewed here. */
  readonly keyElsewhere: boolean;
  /** Homes that hold a kubeconfig: a copy of admin.conf, or one of somebody's own. */
  readonly homes: readonly { readonly home: string; readonly isCopy: boolean }[];
}

/** Drawn from the seed beside all else. */
export const drawCertificates = (seed: number): CertificatesScenario => {
  const random = new Random(seed ^ 0xce27);
  const drawn = random.pick([random.between(10, 250), random.between(280, 360), random.between(280, 360)]);
  const asked = random.pick(['all', 'all', 'usual', 'usual', random.between(5, 350)] as const);
  const byHand = random.chance(0.12);
  const age = byHand ? 0 : drawn;
  const keyElsewhere = random.chance(0.04);
  const homes = [
    ...(random.chance(0.5) ? [{ home: '/root', isCopy: true }] : []),
    ...(random.chance(0.4) ? [{ home: '/home/ops', isCopy: random.chance(0.6) }] : []),
  ];
  return { age, asked, byHand, keyElsewhere, homes };
};
