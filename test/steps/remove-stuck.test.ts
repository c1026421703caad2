import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied, pending, type Verdict } from '../../src/model/verdict.ts';
import { removeStuck } from '../../src/steps/remove-stuck.ts';
import { bound, nodeObject, onCluster } from './values.ts';

const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };
const nodes = [
  nodeObject('paris-w1'),
  nodeObject('paris-w2', { ready: 'Unknown' }),
  nodeObject('paris-w3', { ready: 'Unknown', taints: [taint] }),
  nodeObject('w8'),
  nodeObject('w9', { ready: 'Unknown' }),
];
const pod = (change: object = {}) => ({
  namespace: 'shop',
  name: 'db-0',
  uid: 'p1',
  node: 'paris-w1',
  owner: 'StatefulSet',
  finalizers: [] as readonly string[],
  due: 1000,
  ...change,
});
const namespace = (because: readonly string[], finalizers: readonly string[] = []) => ({
  name: 'shop',
  uid: 'n1',
  finalizers,
  because,
});
const attachment = (change: object = {}) => ({
  name: 'csi-1',
  uid: 'v1',
  node: 'w7',
  attacher: 'csi.example.com',
  finalizers: ['external-attacher/csi-example-com'],
  ...change,
});
const held = { resource: 'configmaps', namespace: 'shop', name: 'a', uid: 'o1', finalizers: ['lab.example/held'] };
const left = ['Some resources are remaining: configmaps. has 1 resource instances'];

const step = (named: string) =>
  bound(removeStuck, { named, controlPlaneNames: ['paris-cp1'], workerNames: ['paris-w1', 'paris-w2'] }, onCluster);
const nothing = { pods: [], namespaces: [], attachments: [], objects: [], nodes };
const check = (named: string, seen: object): Verdict => step(named).check({ ...nothing, ...seen });
const typed = (named: string, seen: object) =>
  step(named)
    .typed({ ...nothing, ...seen })
    .map((line) => line.replace(/^paris-cp1: kubectl .*?--request-timeout=15s /, ''));

describe('remove-stuck', () => {
  it.each([
    ['a pod that is gone', 'pod/shop/db-0', {}, satisfied],
    [
      'a pod that a finalizer holds',
      'pod/shop/db-0',
      { pods: [pod({ finalizers: ['lab.example/held'] })] },
      needed('take the finalizer lab.example/held off pod/shop/db-0'),
    ],
    [
      'a pod whose node is gone',
      'pod/shop/db-0',
      { pods: [pod({ node: 'w7' })] },
      needed('delete pod/shop/db-0 without waiting for a kubelet: there is no node w7'),
    ],
    [
      'a pod whose node was shut down, as somebody made certain',
      'pod/shop/db-0',
      { pods: [pod({ node: 'paris-w3' })] },
      needed(
        'delete pod/shop/db-0 without waiting for a kubelet: paris-w3 is marked node.kubernetes.io/out-of-service',
      ),
    ],
    [
      'a pod whose kubelet works',
      'pod/shop/db-0',
      { pods: [pod()] },
      pending('the kubelet of paris-w1 to end pod/shop/db-0', 'see what it is at: nodeops diagnose paris-w1'),
    ],
    [
      'a namespace in which something is left',
      'namespace/shop',
      { namespaces: [namespace(left)] },
      blocked(
        `namespace/shop: ${left.join('')}`,
        'name what holds it beside it, as nodeops cleanup shows it; or repair the API that does not answer',
      ),
    ],
    [
      'a namespace, with what is left in it',
      'namespace/shop,configmaps/shop/a',
      { namespaces: [namespace(left)], objects: [held] },
      needed('take the finalizer lab.example/held off configmaps/shop/a'),
    ],
    [
      'a namespace, once that is gone',
      'namespace/shop,configmaps/shop/a',
      { namespaces: [namespace(left)] },
      pending(`what is in it to be gone (namespace/shop: ${left.join('')})`, 'see what is left: nodeops cleanup'),
    ],
    [
      'a namespace that is held itself',
      'namespace/shop',
      { namespaces: [namespace([], ['lab.example/own'])] },
      needed('take the finalizer lab.example/own off namespace/shop'),
    ],
    [
      'an attachment to a node that is gone',
      'volumeattachment/csi-1',
      { attachments: [attachment()] },
      needed('delete volumeattachment/csi-1: there is no node w7'),
    ],
    [
      'an attachment that its driver is to end',
      'volumeattachment/csi-1',
      { attachments: [attachment({ deletedAt: 1000 })] },
      pending(
        'csi.example.com to detach the volume of volumeattachment/csi-1',
        'detach it at the storage, then take off its finalizers by hand: kubectl edit volumeattachment csi-1',
      ),
    ],
    [
      'a Node object without a machine',
      'node/w9',
      {},
      needed('delete node w9, whose pods are then started elsewhere: be certain that its machine is off'),
    ],
  ])('%s', (_what, named, seen, verdict) => expect(check(named, seen)).toEqual(verdict));

  it.each([
    [
      'a pod whose node may still run it',
      'pod/shop/db-0',
      { pods: [pod({ node: 'paris-w2' })] },
      /two that run write to one volume/,
    ],
    [
      'an attachment to a node that is there',
      'volumeattachment/csi-1',
      { attachments: [attachment({ node: 'paris-w2' })] },
      /paris-w2 is a node of the cluster/,
    ],
    ['a node of the inventory', 'node/paris-w2', {}, /paris-w2 is a node of the inventory/],
    ['a node whose kubelet answers', 'node/w8', {}, /w8 is not in the inventory, and its kubelet answers/],
  ])('%s stays', (_what, named, seen, because) =>
    expect(check(named, seen)).toMatchObject({ kind: 'blocked', because: expect.stringMatching(because) }),
  );

  it('touches nothing while one of them must stay', () => expect(check('node/w9,node/w8', {}).kind).toBe('blocked'));

  it('touches the very object that was seen', () => {
    expect(typed('pod/shop/db-0', { pods: [pod({ finalizers: ['lab.example/held'] })] })).toEqual([
      `--namespace=shop patch pod db-0 --type=json '--patch=[{"op":"test","path":"/metadata/uid","value":"p1"},{"op":"test","path":"/metadata/finalizers","value":["lab.example/held"]},{"op":"remove","path":"/metadata/finalizers"}]'`,
    ]);
    expect(typed('volumeattachment/csi-1,node/w9', { attachments: [attachment()] })).toEqual([
      'delete --raw=/apis/storage.k8s.io/v1/volumeattachments/csi-1 --filename=-',
      'delete --raw=/api/v1/nodes/w9 --filename=-',
    ]);
    const [action] = removeStuck
      .bind({ named: 'pod/shop/db-0', controlPlaneNames: [], workerNames: [] }, onCluster)
      .apply({ ...nothing, pods: [pod({ node: 'w7' })] }, { node: 'paris-cp1', apiServer: '' });
    expect(action).toMatchObject({
      command: {
        stdin: JSON.stringify({
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          gracePeriodSeconds: 0,
          preconditions: { uid: 'p1' },
        }),
      },
    });
  });

  it('leaves what was not named', () => {
    const seen = { ...nothing, pods: [pod(), pod({ name: 'db-1' })], objects: [held] };
    expect(step('pod/shop/db-0').after(seen)).toMatchObject({ pods: [pod({ name: 'db-1' })], objects: [held], nodes });
  });
});
