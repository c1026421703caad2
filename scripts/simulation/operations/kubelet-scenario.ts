import { Random } from '../../../src/simulator/random.ts';

/** A change of all kubelets' configuration, as it is typed: `maxPods=150`. */
export interface KubeletScenario {
  readonly set: readonly string[];
  /** The same, as the oracle looks for it: a path into the configuration, and what has to stand there. */
  readonly settings: readonly { readonly path: readonly string[]; readonly value: unknown }[];
  /** Kubelets are restarted beneath their pods: `--drain none`. */
  readonly inPlace: boolean;
  /** No kubelet takes it: as it says when it is asked beforehand, or only once it begins with it. */
  readonly refused?: { readonly says: string; readonly when: 'asked' | 'started' };
}

type Change = Omit<KubeletScenario, 'inPlace'>;

const setting = (path: readonly string[], value: unknown) => ({ path, value });

const changes: readonly Change[] = [
  { set: ['maxPods=150'], settings: [setting(['maxPods'], 150)] },
  {
    set: ['maxPods=90', 'podPidsLimit=4096'],
    settings: [setting(['maxPods'], 90), setting(['podPidsLimit'], 4096)],
  },
  {
    set: [String.raw`evictionHard.memory\.available=200Mi`],
    settings: [setting(['evictionHard', 'memory.available'], '200Mi')],
  },
  { set: ['containerLogMaxSize=50Mi'], settings: [setting(['containerLogMaxSize'], '50Mi')] },
  { set: ['shutdownGracePeriod=30s'], settings: [setting(['shutdownGracePeriod'], '30s')] },
];

const refusedChanges: readonly Change[] = [
  { set: ['maxPods=-5'], settings: [], refused: { says: 'must not be a negative number', when: 'asked' } },
  { set: ['maxPodz=150'], settings: [], refused: { says: 'unknown field', when: 'asked' } },
  { set: ['maxPods=many'], settings: [], refused: { says: 'cannot unmarshal', when: 'asked' } },
  {
    set: [String.raw`evictionSoft.memory\.available=300Mi`],
    settings: [],
    refused: { says: 'grace period', when: 'started' },
  },
  {
    set: [String.raw`evictionSoft.memory\.available=300Mi`],
    settings: [],
    refused: { says: 'grace period', when: 'started' },
  },
];

/** Drawn from the seed beside all else. `nodes`: where there is only one, none takes what is drained. */
export const drawKubelet = (seed: number, nodes: number): KubeletScenario => {
  const random = new Random(seed ^ 0x4be1);
  const change = random.pick(random.chance(0.15) ? refusedChanges : changes);
  const inPlace = random.chance(0.3) || nodes === 1;
  return { ...change, inPlace };
};
