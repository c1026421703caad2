import type { Event, EventBody, Failure } from '../../src/model/event.ts';
import { stepsOf } from '../../src/model/plan.ts';
import type { Plan, PlannedLane, PlannedStep, PlannedVerdict } from '../../src/model/plan.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';

/** 2026-11-21 02:00:00 UTC */
export const startedAt = Date.UTC(2026, 10, 21, 2, 0, 0);

const step = (place: string, id: string, title: string, verdict: PlannedVerdict, assertion = false): PlannedStep => {
  const node = /[a-z]+-(?:cp|w)\d+$/.exec(place)?.[0];
  return {
    kind: 'step',
    address: `${place}/${id}`,
    step: id,
    title,
    ...(node === undefined ? {} : { node }),
    with: {},
    verdict,
    assertion,
  };
};

const controlPlane = (cluster: string): PlannedLane => {
  const node = `${cluster}-cp1`;
  const at = (id: string, title: string, verdict: PlannedVerdict): PlannedStep =>
    step(`first control plane/${node}`, id, title, verdict);
  return {
    node,
    items: [
      at('switch-package-repository', 'read packages from the v1.36 repository', needed('repository v1.35 → v1.36')),
      at('install-kubeadm', 'install kubeadm 1.36.3', needed('kubeadm 1.35.4-1.1 → 1.36.3-1.1')),
      at('apply-upgrade', 'kubeadm upgrade apply v1.36.3', needed('control plane 1.35.4 → 1.36.3')),
      {
        kind: 'bracket',
        bracket: 'drained',
        enter: at('drain-node', 'drain the node', needed('4 pods move elsewhere')),
        body: [
          at('install-kubelet', 'install kubelet and kubectl 1.36.3', needed('kubelet 1.35.4-1.1 → 1.36.3-1.1')),
          at('restart-kubelet', 'restart the kubelet', needed('kubelet 1.35.4 → 1.36.3')),
          at('verify-node', 'see that the node is whole', {
            kind: 'assumed',
            because: 'only the new kubelet can tell',
          }),
        ],
        exit: at('uncordon-node', 'uncordon the node', needed('schedulable again')),
      },
    ],
  };
};

const worker = (node: string, keyIsThere: boolean): PlannedLane => {
  const at = (id: string, title: string, verdict: PlannedVerdict): PlannedStep =>
    step(`workers/${node}`, id, title, verdict);
  return {
    node,
    items: [
      at(
        'switch-package-repository',
        'read packages from the v1.36 repository',
        keyIsThere ? satisfied : needed('repository v1.35 → v1.36'),
      ),
      at('upgrade-node', 'kubeadm upgrade node', needed('kubelet configuration 1.35 → 1.36')),
      {
        kind: 'bracket',
        bracket: 'drained',
        enter: at('drain-node', 'drain the node', needed('11 pods move elsewhere')),
        body: [
          at('install-kubelet', 'install kubelet and kubectl 1.36.3', needed('kubelet 1.35.4-1.1 → 1.36.3-1.1')),
          at('restart-kubelet', 'restart the kubelet', needed('kubelet 1.35.4 → 1.36.3')),
        ],
        exit: at('uncordon-node', 'uncordon the node', needed('schedulable again')),
      },
    ],
  };
};

/** The upgrade of one control plane and two workers; every node's name begins with the cluster's. */
export const upgradePlan = (cluster = 'paris'): Plan => ({
  format: 1,
  cluster,
  playbook: 'upgrade',
  parameters: { version: '1.36.3' },
  before: [
    { node: `${cluster}-cp1`, role: 'control-plane', version: '1.35.4' },
    { node: `${cluster}-w1`, role: 'worker', version: '1.35.4' },
    { node: `${cluster}-w2`, role: 'worker', version: '1.35.4' },
  ],
  phases: [
    {
      name: 'before anything',
      parallel: 1,
      lanes: [
        {
          items: [
            step('before anything', 'check-etcd-health', 'every etcd member is healthy', satisfied, true),
            step(
              'before anything',
              'snapshot-etcd',
              'take and verify an etcd snapshot',
              needed('no snapshot of this run yet'),
            ),
          ],
        },
      ],
    },
    { name: 'first control plane', parallel: 1, lanes: [controlPlane(cluster)] },
    { name: 'workers', parallel: 1, lanes: [worker(`${cluster}-w1`, true), worker(`${cluster}-w2`, false)] },
  ],
  notices: [
    'One control plane: the API is away for about a minute while its static pods are swapped.',
    `Pods that lose data on draining ${cluster}-w1: shop/cache-0 (emptyDir).`,
  ],
  createdAt: startedAt - 60_000,
});

const seconds: Readonly<Record<string, number>> = {
  'snapshot-etcd': 4,
  'install-kubeadm': 3,
  'apply-upgrade': 165,
  'upgrade-node': 1,
  'drain-node': 38,
  'install-kubelet': 3,
  'restart-kubelet': 6,
};

const lines: Readonly<Record<string, readonly string[]>> = {
  'apply-upgrade': [
    '[upgrade] Reading configuration from the cluster...',
    '\u001B[32m[upgrade/staticpods] Waiting for the kubelet to restart the component\u001B[0m',
  ],
  'drain-node': ['evicting pod shop/cache-0', 'pod/cache-0 evicted'],
};

/** What went wrong in the failing runs of these fixtures. */
export const drainFailure = (cluster = 'paris'): Failure => ({
  cluster,
  node: `${cluster}-w1`,
  address: `workers/${cluster}-w1/drain-node`,
  step: 'drain-node',
  kind: 'failed',
  message: 'the drain did not finish within 10 minutes',
  command: `kubectl drain ${cluster}-w1 --ignore-daemonsets --timeout=600s`,
  exit: { kind: 'code', code: 1 },
  stderrTail: [
    `error when evicting pods/"db-0" -n "shop" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`,
    '\u001B[31merror: unable to drain node, timed out\u001B[0m',
  ],
  state: [
    `control plane 1.36.3, ${cluster}-w1 and ${cluster}-w2 1.35.4`,
    `${cluster}-w1 is cordoned by this run`,
    'package holds are back as they were',
  ],
  next: [
    'kubectl -n shop get pdb        # a budget that allows no disruption',
    `nodeops upgrade ${cluster}        # goes on where it stopped`,
  ],
});

class Recorder {
  readonly events: Event[] = [];
  at = startedAt;
  commands = 0;
  readonly cluster: string;
  constructor(cluster: string) {
    this.cluster = cluster;
  }
  push(body: EventBody): void {
    this.events.push({ at: this.at, cluster: this.cluster, ...body });
  }
}

/** A needed step: one command on a node that takes `took` ms of the step's `took + 200`. */
const playCommand = (recorder: Recorder, item: PlannedStep, took: number, failure: Failure | undefined): void => {
  const id = `c${(recorder.commands += 1)}`;
  const node = item.node ?? `${recorder.cluster}-cp1`;
  const common = { address: item.address, id, node };
  recorder.push({ type: 'command-started', ...common, line: `do ${item.step}`, effect: 'write', lifetime: 'detached' });
  const output = lines[item.step] ?? [];
  for (const line of output) {
    recorder.at += took / (output.length + 1);
    recorder.push({ type: 'command-output', ...common, line });
  }
  recorder.at += output.length === 0 ? took : took / (output.length + 1);
  const exit = failure?.exit ?? { kind: 'code', code: 0 };
  recorder.push({ type: 'command-finished', ...common, exit, durationMs: took, stderrTail: failure?.stderrTail ?? [] });
};

const playStep = (recorder: Recorder, item: PlannedStep, failing: Failure | undefined): boolean => {
  const failure = failing?.address === item.address ? failing : undefined;
  const verdict = item.verdict.kind === 'assumed' ? satisfied : item.verdict;
  recorder.push({
    type: 'step-started',
    address: item.address,
    step: item.step,
    title: item.title,
    ...(item.node === undefined ? {} : { node: item.node }),
  });
  recorder.at += 200;
  recorder.push({ type: 'step-observed', address: item.address, verdict });
  const took = verdict.kind === 'needed' ? 1000 * (seconds[item.step] ?? 1) : 0;
  if (took > 0) playCommand(recorder, item, took, failure);
  const durationMs = took + 200;
  if (failure !== undefined) {
    recorder.push({ type: 'step-failed', address: item.address, durationMs, failure });
    return false;
  }
  const outcome = verdict.kind === 'needed' ? 'done' : 'satisfied';
  recorder.push({ type: 'step-finished', address: item.address, outcome, durationMs, waitedMs: took });
  return true;
};

/** What a run of `plan` tells, one lane after the other, until it is done or reaches `failure`. */
export const runEvents = (plan: Plan, failure?: Failure): readonly Event[] => {
  const recorder = new Recorder(plan.cluster);
  recorder.push({
    type: 'run-started',
    run: '20261121T020000Z-1f',
    playbook: plan.playbook,
    parameters: plan.parameters,
    operator: 'ana',
    host: 'bastion',
    nodeops: '0.1.0',
  });
  const phasesDone = plan.phases.every((phase) => {
    recorder.push({ type: 'phase-started', phase: phase.name });
    const done = phase.lanes.every((lane) => stepsOf(lane.items).every((item) => playStep(recorder, item, failure)));
    if (done) recorder.push({ type: 'phase-finished', phase: phase.name });
    return done;
  });
  recorder.push({
    type: 'run-finished',
    outcome: phasesDone ? 'done' : 'failed',
    durationMs: recorder.at - startedAt,
    ...(failure === undefined ? {} : { failure }),
  });
  return recorder.events;
};
