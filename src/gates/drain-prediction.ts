import { z } from 'zod';
import { courseOf } from '../drain/course.ts';
import { drainTimesText } from '../drain/estimate.ts';
import type { Finding } from '../drain/finding.ts';
import { drainModes } from '../drain/mode.ts';
import { predictDrains, type Prediction } from '../drain/predict-drains.ts';
import type { Seen as Scenery } from '../drain/scene.ts';
import { seenFacts, seenThrough } from '../drain/seen-facts.ts';
import { valueOf } from '../facts/fact.ts';
import { refusedEvictions } from '../facts/refused-evictions.ts';
import type { ClusterSubject } from '../model/subject.ts';
import { someOf } from '../model/some-of.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import type { Lookup } from '../steps/see.ts';
import { defineStep, type Seen } from '../steps/step.ts';

/** Of so many nodes a dry run is asked for: kubectl sends five requests a second, and webhooks rarely differ by node. */
const dryRuns = 10;
/** So many findings of a kind are told one by one. */
const listed = 8;
const named = 3;

const wishSchema = z.strictObject({
  /** To which kubelets go: a node that is there already is not drained. Missing where it is not about that. */
  version: z.string().optional(),
  /** Hosts are patched as well: also a node that is there already may be drained. */
  osPatch: z.boolean().optional(),
  inPlace: z.boolean().optional(),
  /** They are not given back at the end of their drain. */
  staysOut: z.boolean().optional(),
  further: z.record(z.string(), z.string()).optional(),
  nodeNames: z.array(z.string()),
  controlPlaneNames: z.array(z.string()),
  workerNames: z.array(z.string()),
  maxUnavailable: z.number(),
  drainTimeoutMs: z.number(),
  deleteEmptyDirData: z.boolean(),
  drain: z.enum(drainModes).optional(),
});

type Wish = z.output<typeof wishSchema>;

const detect = ({ nodeNames }: Wish) => ({
  ...seenFacts,
  refused: refusedEvictions(nodeNames.slice(0, dryRuns)),
});

const predict = (
  seen: Scenery,
  refused: Seen<ReturnType<typeof detect>>['refused'],
  wish: Wish,
): readonly Prediction[] =>
  predictDrains({
    seen,
    refused,
    settings: { timeoutMs: wish.drainTimeoutMs, deleteEmptyDirData: wish.deleteEmptyDirData },
    course: courseOf(seen.nodes, wish),
  });

/** How long the drains of a run take, as far as can be told from what is known; undefined where there are none. */
export const foreseenTimes = (raw: Readonly<Record<string, unknown>>, lookup: Lookup): string | undefined => {
  const wish = wishSchema.safeParse(raw);
  if (!wish.success) return undefined;
  const seen = seenThrough((fact) => valueOf(fact, lookup(fact)));
  return seen && drainTimesText(predict(seen, [], wish.data));
};

/** The same about several nodes is told once. */
const merged = (findings: readonly Finding[]): readonly Trouble[] =>
  [...Map.groupBy(findings, ({ because, fix }) => `${because}\n${fix}`).values()].flatMap((same) => {
    const [first] = same;
    const names = [...new Set(same.map(({ node }) => node))];
    return first === undefined ? [] : [{ because: `${someOf(names, named)}: ${first.because}`, fix: first.fix }];
  });

const subjectOf = ({ owner, pod, budget, node }: Finding): string => owner ?? pod ?? budget ?? node;

/** A large cluster has many workloads with one replica: the first are told, the others counted. */
const told = (findings: readonly Finding[]): readonly Trouble[] =>
  [...Map.groupBy(findings, ({ kind }) => kind).values()].flatMap((same) => {
    const all = merged(same);
    const [example] = all;
    if (example === undefined || all.length <= listed + 1) return all;
    const shown = all.slice(0, listed);
    const others = [...new Set(same.map(subjectOf))].slice(listed);
    return [...shown, { because: `${all.length - listed} more like it: ${someOf(others, 20)}`, fix: example.fix }];
  });

/**
 * No drain of the run will be stopped by what is known now: budgets, finalizers, what only one node can run, webhooks.
 * What the workload has to bear is told. Nodes whose kubelet is on the version already are left out.
 */
export const drainPrediction = defineStep({
  id: 'drain-prediction',
  subject: 'cluster',
  title: () => 'drains will end',
  with: wishSchema,
  detect: (wish, _on: ClusterSubject) => detect(wish),

  check: ({ leases, refused, ...seen }, wish) => {
    const findings = predict({ ...seen, now: leases.now }, refused, wish).flatMap((one) => one.findings);
    return judged(
      merged(findings.filter(({ level }) => level === 'block')),
      told(findings.filter(({ level }) => level === 'warn')),
    );
  },

  waivable: true,
  explain: {
    why: 'A drain that cannot end is found after its time-out otherwise, with the node cordoned and others upgraded.',
    source:
      'kubernetes.io, Safely Drain a Node; Specifying a Disruption Budget for your Application; Assigning Pods to Nodes',
    type: [
      'kubectl get poddisruptionbudgets --all-namespaces',
      'kubectl drain NODE --ignore-daemonsets --dry-run=server',
    ],
  },
});
