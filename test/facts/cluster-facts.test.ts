import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterEvents } from '../../src/facts/cluster-events.ts';
import { clusterDns } from '../../src/facts/cluster-dns.ts';
import { commandCheck } from '../../src/facts/command-check.ts';
import { disruptionBudgets } from '../../src/facts/disruption-budgets.ts';
import { endingNamespaces } from '../../src/facts/ending-namespaces.ts';
import { heldNamespaces } from '../../src/facts/held-namespaces.ts';
import { heldObjects } from '../../src/facts/held-objects.ts';
import { terminatingPods } from '../../src/facts/terminating-pods.ts';
import { volumeAttachments } from '../../src/facts/volume-attachments.ts';
import { etcdAlarms } from '../../src/facts/etcd-alarms.ts';
import { etcdHealth } from '../../src/facts/etcd-health.ts';
import { etcdHistory } from '../../src/facts/etcd-history.ts';
import { etcdToSave } from '../../src/facts/etcd-here.ts';
import { etcdObjects } from '../../src/facts/etcd-objects.ts';
import { etcdMembers } from '../../src/facts/etcd-members.ts';
import { etcdQuota } from '../../src/facts/etcd-quota.ts';
import { etcdWritten } from '../../src/facts/etcd-written.ts';
import { etcdStatus } from '../../src/facts/etcd-status.ts';
import type { Fact, Output } from '../../src/facts/fact.ts';
import { criSockets } from '../../src/facts/cri-sockets.ts';
import { nodeLabels } from '../../src/facts/node-labels.ts';
import { keptOutNodes } from '../../src/facts/kept-out-nodes.ts';
import { kubeadmConfig } from '../../src/facts/kubeadm-config.ts';
import { kubeletConfig } from '../../src/facts/kubelet-config.ts';
import { kubeletRunningConfig } from '../../src/facts/kubelet-running-config.ts';
import { manifestDifference } from '../../src/facts/manifest-difference.ts';
import { movablePods } from '../../src/facts/movable-pods.ts';
import { nodeBoundPods } from '../../src/facts/node-bound-pods.ts';
import { nodeConditions } from '../../src/facts/node-conditions.ts';
import { podHealth } from '../../src/facts/pod-health.ts';
import { nodeLeases } from '../../src/facts/node-leases.ts';
import { nodeRoom } from '../../src/facts/node-room.ts';
import { ownerLease } from '../../src/facts/owner-lease.ts';
import { nodes } from '../../src/facts/nodes.ts';
import { controlPlanePods, pods, podsOnNode } from '../../src/facts/pods.ts';
import { requestedDeprecatedApis } from '../../src/facts/requested-deprecated-apis.ts';
import { previousLog } from '../../src/facts/previous-log.ts';
import { refusedEvictions } from '../../src/facts/refused-evictions.ts';
import { stuckPods } from '../../src/facts/stuck-pods.ts';
import { tiedVolumes } from '../../src/facts/tied-volumes.ts';
import { smokeNamespace } from '../../src/facts/smoke-namespace.ts';
import { smokeWorkload } from '../../src/facts/smoke-workload.ts';
import { workloads } from '../../src/facts/workloads.ts';
import { recorded } from './recorded.ts';

/** The manifest that a recorded difference is about. */
const manifestOf = (name: string): string => {
  try {
    return readFileSync(new URL(`recorded/manifest-difference/${name}.manifest.yaml`, import.meta.url), 'utf8');
  } catch {
    return '';
  }
};

/** Each fact as it was asked when the case called `name` was recorded. */
const clusterFacts: readonly ((name: string) => Fact<unknown>)[] = [
  () => nodes,
  () => nodeLeases,
  () => nodeConditions,
  () => podHealth,
  () => keptOutNodes,
  () => nodeLabels,
  () => criSockets,
  () => nodeBoundPods('nd-cp1'),
  () => pods,
  () => podsOnNode('hand-w1'),
  () => controlPlanePods,
  () => workloads,
  () => ownerLease,
  () => disruptionBudgets,
  () => requestedDeprecatedApis,
  () => movablePods,
  () => nodeRoom,
  () => tiedVolumes,
  () => refusedEvictions(['hand-w1']),
  () => kubeadmConfig,
  () => kubeletConfig,
  () => kubeletRunningConfig('no2-w1'),
  () => clusterEvents,
  () => stuckPods,
  () => endingNamespaces,
  () => heldNamespaces,
  () => heldObjects([{ resource: 'configmaps', namespace: 'held' }]),
  () => terminatingPods,
  () => volumeAttachments,
  () => etcdMembers,
  () => etcdObjects,
  () => etcdWritten(775),
  () => etcdHealth,
  () => etcdStatus,
  () => etcdAlarms,
  () => etcdQuota,
  () => etcdHistory,
  () => etcdToSave,
  () => clusterDns,
  () => smokeNamespace,
  () => smokeWorkload,
  (name) => manifestDifference('probe', manifestOf(name)),
  () => previousLog({ namespace: 'kube-system', pod: 'coredns-1', container: 'coredns' }),
  () => commandCheck('probe', ['kubectl', 'get', 'namespace']),
];

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };

const parse = (fact: Fact<unknown>, output: Output): unknown => {
  if (fact.source.kind !== 'command') throw new Error(`${fact.id} is not read by a command`);
  return fact.source.parse(output);
};

const cases = clusterFacts.flatMap((fact) =>
  recorded(fact('').id).map(({ name, output, parsed }) => ({
    id: fact('').id,
    fact: fact(name),
    name,
    output,
    parsed,
  })),
);

const answer = expect.toSatisfy(
  (parsed: object) => ['value', 'absent', 'unreadable', 'unavailable'].filter((kind) => kind in parsed).length === 1,
  'one of the four answers',
);

describe.each(cases)('$id: $name', ({ fact, output, parsed }) => {
  it('is read as recorded', () => expect(parse(fact, output)).toEqual(parsed));

  it('is not misread when cut short or changed', () => {
    fc.assert(
      fc.property(fc.nat(output.stdout.length), fc.nat(output.stderr.length), fc.string(), (head, tail, noise) => {
        const stdout = output.stdout.slice(0, head) + noise;
        const stderr = output.stderr.slice(0, tail) + noise;
        expect(parse(fact, { ...output, stdout })).toEqual(answer);
        expect(parse(fact, { ...output, stderr })).toEqual(answer);
        expect(parse(fact, { stdout, stderr, code: output.code === 0 ? 1 : 0 })).toEqual(answer);
      }),
      { numRuns: 30 },
    );
  });
});

/** Any UTF-16 code unit; fast-check's own binary unit takes seconds to set up. */
const codeUnit = fc.integer({ min: 0, max: 0xff_ff }).map((code) => String.fromCodePoint(code));

describe.each(clusterFacts.map((fact) => fact('')))('$id', (fact) => {
  it('answers to anything', () => {
    const anything = fc.oneof(fc.string({ unit: codeUnit }), fc.json());
    fc.assert(
      fc.property(anything, anything, fc.nat(255), (stdout, stderr, code) => {
        expect(parse(fact, { stdout, stderr, code })).toEqual(answer);
      }),
    );
  });

  it('changes nothing, and asks the API server of the node it runs on, or no API server at all', () => {
    if (fact.source.kind !== 'command') return;
    const { argv, effect } = fact.source.command(place);
    expect(effect).toBe(fact.id === 'manifest-difference' ? 'scratch' : 'read');
    expect(argv.includes('--server=https://10.0.0.11:6443')).toBe(
      fact.id !== 'command-check' && fact.through !== 'etcd',
    );
    expect(/kubectl/.test(argv.join(' '))).toBe(fact.through !== 'etcd');
  });

  it('has a recorded answer', () => expect(recorded(fact.id).length).toBeGreaterThan(1));
});

const rowFacts: readonly Fact<unknown>[] = [
  nodes,
  nodeLeases,
  pods,
  workloads,
  disruptionBudgets,
  movablePods,
  nodeRoom,
  tiedVolumes,
  clusterEvents,
  stuckPods,
  endingNamespaces,
  heldNamespaces,
  terminatingPods,
  volumeAttachments,
];

describe.each(rowFacts)('$id', (fact) => {
  const whole = recorded(fact.id).filter(({ output }) => output.code === 0);

  it('never takes a part for the whole', () => {
    for (const { output } of whole) {
      for (let end = 0; end < output.stdout.trimEnd().length; end += 1) {
        expect(parse(fact, { ...output, stdout: output.stdout.slice(0, end) })).toHaveProperty('unreadable');
      }
    }
  });
});
