import type { FindingKind } from '../../src/drain/finding.ts';
import {
  apart,
  budget,
  claiming,
  daemonSet,
  deployment,
  hostname,
  job,
  lonePod,
  lostWebhook,
  onlyOn,
  refusingPolicy,
  spread,
  statefulSet,
  volume,
  type Ground,
} from './drain-manifests.ts';

/** `ends`: within its time-out; `blocked`: it does not; `either`: nobody can know beforehand. */
export type Expected = 'ends' | 'blocked' | 'either';

/** Something on a node that is to be drained, in a namespace of its own. */
export interface Situation {
  /** Also the namespace. */
  readonly name: string;
  readonly what: string;
  readonly predicted: Expected;
  /** All that must be foreseen; empty: nothing at all. */
  readonly kinds: readonly FindingKind[];
  /** What must really happen, where the prediction leaves it open. */
  readonly actual?: Exclude<Expected, 'either'>;
  /** What kubectl must say of a pod that it could not take away. */
  readonly says?: RegExp;
  /** No replica of `a` is ready for a moment. */
  readonly down?: boolean;
  /** Made while only the node that is drained takes pods. */
  readonly here?: readonly object[];
  /** Made (or changed) while only the other one does. */
  readonly there?: readonly object[];
  /** Made while both do. */
  readonly anywhere?: readonly object[];
}

/** Seconds; what is to be longer than it is much longer. */
export const timeoutSeconds = 40;

const usedUp = /global timeout reached/;
const stays = /to terminate/;

const neverReady = { readinessProbe: { httpGet: { path: '/', port: 9 }, periodSeconds: 1 } };
const patient = { terminationGracePeriodSeconds: 3 * timeoutSeconds };
const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } });

const budgets = (ground: Ground): readonly Situation[] => [
  {
    name: 'room',
    what: 'a budget that wants one of two, which are on two nodes',
    predicted: 'ends',
    kinds: [],
    here: [budget({ minAvailable: 1 }), deployment(ground, 'a')],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'two-here',
    what: 'two pods of a budget that wants one, both here, and room there',
    predicted: 'ends',
    kinds: [],
    here: [budget({ minAvailable: 1 }), deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'percent',
    what: 'a budget in percent, two pods here',
    predicted: 'ends',
    kinds: [],
    here: [budget({ maxUnavailable: '50%' }), deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'ordered',
    what: 'a StatefulSet: a name is free only when its pod is gone',
    predicted: 'ends',
    kinds: [],
    here: [budget({ minAvailable: 1 }), statefulSet(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'about-nothing',
    what: 'a budget without a selector',
    predicted: 'ends',
    kinds: [],
    here: [
      // An empty one would select everything: `null` is how the API is told that there is none.
      { ...budget({ minAvailable: 5 }), spec: { minAvailable: 5 } },
      deployment(ground, 'a'),
    ],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'tied',
    what: 'two pods of one budget that may run here only',
    predicted: 'blocked',
    kinds: ['stays-refused', 'homeless'],
    says: usedUp,
    here: [
      budget({ minAvailable: 1 }),
      deployment(ground, 'a', { replicas: 2, spec: { nodeSelector: { [hostname]: ground.here } } }),
    ],
  },
  {
    name: 'two-budgets',
    what: 'two budgets on one pod, one of them by an expression',
    predicted: 'blocked',
    kinds: ['two-budgets'],
    says: /more than one PodDisruptionBudget/,
    here: [
      budget({ minAvailable: 1 }),
      budget({ minAvailable: 1 }, { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'x'] }] }, 'other'),
      deployment(ground, 'a'),
    ],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'all-needed',
    what: 'minAvailable is the number of replicas',
    predicted: 'blocked',
    kinds: ['never-allowed'],
    says: usedUp,
    here: [budget({ minAvailable: 2 }), deployment(ground, 'a')],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'none-may',
    what: 'maxUnavailable 0',
    predicted: 'blocked',
    kinds: ['never-allowed'],
    says: usedUp,
    here: [budget({ maxUnavailable: 0 }), deployment(ground, 'a')],
  },
  {
    name: 'whole',
    what: 'minAvailable 100%, and an empty selector',
    predicted: 'blocked',
    kinds: ['never-allowed'],
    says: usedUp,
    here: [budget({ minAvailable: '100%' }, {}), deployment(ground, 'a')],
  },
  {
    name: 'uncountable',
    what: 'maxUnavailable of pods whose controller has no scale',
    predicted: 'blocked',
    kinds: ['never-allowed', 'starts-again'],
    says: usedUp,
    here: [budget({ maxUnavailable: 1 }), job(ground, 'a', ['pause'])],
  },
  {
    name: 'ill-mate',
    what: 'the other pod of the budget has an image that nobody has',
    predicted: 'blocked',
    kinds: ['stays-refused'],
    says: usedUp,
    here: [
      budget({ minAvailable: 1 }, { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'ill'] }] }),
      deployment(ground, 'a'),
    ],
    there: [deployment(ground, 'ill', { container: { image: 'registry.k8s.io/nobody:1' } })],
  },
  {
    name: 'unready',
    what: 'two pods that are not ready yet, and a budget that wants one',
    predicted: 'either',
    kinds: ['stays-refused'],
    actual: 'blocked',
    says: usedUp,
    here: [budget({ minAvailable: 1 }), deployment(ground, 'a', { replicas: 2, container: neverReady })],
  },
  {
    name: 'freed',
    what: 'the same, and a budget that lets go what is not ready (AlwaysAllow)',
    predicted: 'ends',
    kinds: [],
    here: [
      budget({ minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' }),
      deployment(ground, 'a', { container: neverReady }),
    ],
  },
];

const ends = (ground: Ground): readonly Situation[] => [
  {
    name: 'kept',
    what: 'a finalizer that nobody takes off',
    predicted: 'either',
    kinds: ['may-not-end', 'outage'],
    actual: 'blocked',
    says: stays,
    down: true,
    here: [deployment(ground, 'a', { finalizers: ['example.com/kept'] })],
  },
  {
    name: 'let-go',
    what: 'a finalizer that somebody takes off',
    predicted: 'either',
    kinds: ['may-not-end', 'outage'],
    actual: 'ends',
    down: true,
    here: [deployment(ground, 'a', { finalizers: ['example.com/let-go'] })],
  },
  {
    name: 'stubborn',
    what: 'a grace period beyond the time-out, and a program that uses it',
    predicted: 'either',
    kinds: ['may-not-end', 'outage'],
    actual: 'blocked',
    says: stays,
    down: true,
    here: [
      deployment(ground, 'a', {
        spec: patient,
        container: { args: ['netexec', '--http-port=8080', `--delay-shutdown=${2 * timeoutSeconds}`] },
      }),
    ],
  },
  {
    name: 'polite',
    what: 'the same grace period, and a program that ends at once',
    predicted: 'either',
    kinds: ['may-not-end', 'outage'],
    actual: 'ends',
    down: true,
    here: [deployment(ground, 'a', { spec: patient })],
  },
  {
    name: 'sleeps',
    what: 'a preStop hook that sleeps beyond the time-out',
    predicted: 'blocked',
    kinds: ['too-slow', 'outage'],
    says: stays,
    down: true,
    here: [
      deployment(ground, 'a', {
        spec: patient,
        container: { lifecycle: { preStop: { sleep: { seconds: 2 * timeoutSeconds } } } },
      }),
    ],
  },
  {
    name: 'over',
    what: 'pods that have finished, one without a controller',
    predicted: 'ends',
    kinds: [],
    here: [
      job(ground, 'a', ['--help']),
      lonePod(ground, 'c', { spec: { restartPolicy: 'Never' }, container: { args: ['--help'] } }),
    ],
  },
  {
    name: 'over-kept',
    what: 'a pod that has finished, with a finalizer that nobody takes off',
    predicted: 'either',
    kinds: ['may-not-end'],
    actual: 'blocked',
    says: stays,
    here: [
      lonePod(ground, 'c', {
        spec: { restartPolicy: 'Never' },
        container: { args: ['--help'] },
        finalizers: ['example.com/kept'],
      }),
    ],
  },
  {
    name: 'working',
    what: 'a Job that is at work',
    predicted: 'ends',
    kinds: ['starts-again'],
    here: [job(ground, 'a', ['pause'])],
  },
  {
    name: 'daemons',
    what: 'a DaemonSet with a budget that allows nothing',
    predicted: 'ends',
    kinds: [],
    here: [budget({ minAvailable: 2 }), daemonSet(ground, 'a')],
  },
  {
    name: 'policy',
    what: 'an admission policy that refuses evictions',
    predicted: 'blocked',
    kinds: ['not-admitted'],
    says: /denied request: nobody leaves/,
    here: [...refusingPolicy('policy'), deployment(ground, 'a')],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
  {
    name: 'webhook',
    what: 'a webhook for evictions that does not answer',
    predicted: 'blocked',
    kinds: ['not-admitted'],
    says: /failed calling webhook/,
    here: [lostWebhook('webhook'), deployment(ground, 'a')],
    there: [deployment(ground, 'a', { replicas: 2 })],
  },
];

const places = (ground: Ground): readonly Situation[] => {
  const both = onlyOn(ground.here, ground.there);
  return [
    {
      name: 'single',
      what: 'one replica',
      predicted: 'ends',
      kinds: ['outage'],
      down: true,
      here: [deployment(ground, 'a')],
    },
    {
      name: 'together',
      what: 'two replicas here, and no budget',
      predicted: 'ends',
      kinds: ['outage'],
      down: true,
      here: [deployment(ground, 'a', { replicas: 2 })],
    },
    {
      name: 'pair',
      what: 'two replicas on two nodes, and no budget',
      predicted: 'ends',
      kinds: [],
      here: [deployment(ground, 'a')],
      there: [deployment(ground, 'a', { replicas: 2 })],
    },
    {
      name: 'apart',
      what: 'replicas that must not share a node, on both',
      predicted: 'ends',
      kinds: ['homeless'],
      anywhere: [deployment(ground, 'a', { replicas: 2, spec: apart })],
    },
    {
      name: 'spread',
      what: 'topology spread that counts the cordoned node, and a budget with room for one',
      predicted: 'blocked',
      kinds: ['stays-refused', 'homeless'],
      says: usedUp,
      anywhere: [budget({ minAvailable: 3 }), deployment(ground, 'a', { replicas: 4, spec: { ...both, ...spread() } })],
    },
    {
      name: 'spread-honest',
      what: 'topology spread that does not (nodeTaintsPolicy: Honor)',
      predicted: 'ends',
      kinds: [],
      anywhere: [
        budget({ minAvailable: 3 }),
        deployment(ground, 'a', { replicas: 4, spec: { ...both, ...spread({ nodeTaintsPolicy: 'Honor' }) } }),
      ],
    },
    {
      name: 'no-room',
      what: 'two pods here, room for none there, and a budget that wants one',
      predicted: 'blocked',
      kinds: ['stays-refused', 'homeless'],
      says: usedUp,
      here: [budget({ minAvailable: 1 }), deployment(ground, 'a', { replicas: 2, container: cpu('800m') })],
      there: [deployment(ground, 'full', { container: cpu('1500m') })],
    },
    {
      name: 'local-volume',
      what: 'a volume on the disk of this node',
      predicted: 'ends',
      kinds: ['outage'],
      down: true,
      here: [
        ...volume('here-only', {
          local: { path: '/srv' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: hostname, operator: 'In', values: [ground.here] }] }],
            },
          },
        }),
        deployment(ground, 'a', claiming),
      ],
    },
    {
      name: 'free-volume',
      what: 'a volume that every node reaches',
      predicted: 'ends',
      kinds: ['outage'],
      down: true,
      here: [...volume('everywhere', { hostPath: { path: '/srv' } }), deployment(ground, 'a', claiming)],
    },
    {
      name: 'tainted',
      what: 'chosen are this node and the control plane, whose taint it does not tolerate',
      predicted: 'ends',
      kinds: ['outage'],
      down: true,
      here: [deployment(ground, 'a', { spec: onlyOn(ground.here, ground.controlPlane) })],
    },
    {
      name: 'comes-back',
      what: 'one that tolerates the cordon, and may run here only',
      predicted: 'blocked',
      kinds: ['comes-back', 'outage'],
      down: true,
      here: [deployment(ground, 'a', { spec: { ...onlyOn(ground.here), tolerations: [{ operator: 'Exists' }] } })],
    },
  ];
};

export const situations = (ground: Ground): readonly Situation[] => [
  ...budgets(ground),
  ...ends(ground),
  ...places(ground),
];
