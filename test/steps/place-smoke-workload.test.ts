import { describe, expect, it } from 'vitest';
import type { SmokeWorkload } from '../../src/facts/smoke-workload.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { placeSmokeWorkload } from '../../src/steps/place-smoke-workload.ts';
import { api, bound, kubectlLine, nodeObject, onCluster } from './values.ts';

const step = bound(placeSmokeWorkload, { run: 'r1' }, onCluster);
const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
const nodes = [nodeObject('paris-cp1', { taints: [taint] }), nodeObject('paris-w1'), nodeObject('paris-w2')];
const none = { there: false };
const ours = { there: true, ours: true, terminating: false, remaining: [] };
const pod = { name: 'smoke-a', node: 'paris-w1', ip: '10.0.1.2', port: 80, ready: true, troubles: [] };
const deployment = { desired: 1, rolledOut: true, troubles: [] };
const whole: SmokeWorkload = { deployment, page: 'p', serviceIp: '10.96.0.9', pods: [pod] };
const seen = (namespace: object, workload: object = { pods: [] }, all = nodes) => ({ namespace, workload, nodes: all });

describe('place-smoke-workload', () => {
  it('needs a pod on every node that takes some', () => {
    const image = 'docker.io/library/nginx:1.29-alpine';
    expect(step.check(seen(none))).toEqual(needed(`2 pods of ${image} on paris-w1, paris-w2`));
    const one = [nodeObject('paris-w1'), nodeObject('paris-w2', { unschedulable: true })];
    expect(step.check(seen(none, { pods: [] }, one))).toEqual(needed(`a pod of ${image} on paris-w1`));
    // Killed between the namespace and what is in it.
    expect(step.check(seen(ours)).kind).toBe('needed');
  });

  it.each([
    [
      'a namespace of somebody else',
      seen({ ...ours, ours: false }),
      /that nodeops did not make: it has no label nodeops.dev\/smoke$/,
    ],
    ['no node that takes pods', seen(none, { pods: [] }, nodes.slice(0, 1)), /^no node takes pods/],
  ])('is blocked by %s', (_what, given, because) =>
    expect(step.check(given)).toMatchObject({ kind: 'blocked', because: expect.stringMatching(because) }),
  );

  it.each([
    ['everything is ready', whole, satisfied],
    [
      'there is no Service yet',
      { deployment, pods: [] },
      pending('the objects in namespace nodeops-smoke to be there'),
    ],
    [
      'an image cannot be pulled',
      {
        ...whole,
        deployment: { ...deployment, rolledOut: false },
        pods: [{ ...pod, ready: false, troubles: ['ErrImagePull: not found'] }],
      },
      pending('the workload to be ready: 0 of 1 pods are ready; smoke-a on paris-w1 (ErrImagePull: not found)'),
    ],
    [
      'no pod is made',
      { ...whole, deployment: { ...deployment, rolledOut: false, troubles: ['FailedCreate: quota'] }, pods: [] },
      pending('the workload to be ready: 0 of 1 pods are ready; FailedCreate: quota'),
    ],
    [
      'a pod has no node',
      { ...whole, pods: [{ name: 'smoke-a', ready: false, troubles: ['Unschedulable: 0/3 nodes'] }] },
      pending('the workload to be ready: 0 of 1 pods are ready; smoke-a (Unschedulable: 0/3 nodes)'),
    ],
    [
      'an older pod is still counted',
      { ...whole, pods: [pod, { ...pod, name: 'smoke-b' }] },
      pending('the workload to be ready: 2 of 1 pods are ready'),
    ],
  ])('%s', (_what, workload, verdict) => expect(step.check(seen(ours, workload))).toEqual(verdict));

  it('waits for a namespace that is going', () =>
    expect(step.check(seen({ ...ours, terminating: true }, whole))).toEqual(
      pending('namespace nodeops-smoke to be gone'),
    ));

  it('is one apply, with as many pods as nodes take some', () => {
    const custom = placeSmokeWorkload.bind(
      { run: 'r1', image: 'i:1', port: 8080, args: ' serve  --fast ', pages: '/srv' },
      onCluster,
    );
    expect(step.typed(seen(none))).toEqual([
      `paris-cp1: ${kubectlLine} apply --server-side --field-manager=nodeops --force-conflicts --filename=-`,
    ]);
    const [action] = custom.apply(seen(none), api);
    const manifest = action?.do === 'exec' ? JSON.parse(action.command.stdin ?? '') : {};
    expect(manifest.items[2].spec.replicas).toBe(2);
    expect(manifest.items[2].spec.template.spec.containers[0]).toMatchObject({
      image: 'i:1',
      args: ['serve', '--fast'],
    });
  });

  it('refuses a port that is none', () =>
    expect(() => placeSmokeWorkload.bind({ run: 'r1', port: 0 }, onCluster)).toThrow(/port/));
});
