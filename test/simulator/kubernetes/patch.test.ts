import { describe, expect, it } from 'vitest';
import { patchNode } from '../../../src/commands/kubectl.ts';
import { ownerOf } from './lease.ts';
import { kubectl, place } from './ask.ts';
import { hostOf, ours, pass, run, smallWorld } from './run-tool.ts';

const refusal = 'The request is invalid: the server rejected our request due to an error in our request\n';
const cordon = [
  { op: 'test', path: '/spec/unschedulable', value: null },
  { op: 'add', path: '/spec/unschedulable', value: true },
  { op: 'add', path: '/metadata/annotations/nodeops.dev~1cordoned-by', value: 'run-1' },
];

const patch = (operations: readonly object[], world = smallWorld(), node = 'paris-w1') => {
  const ran = run(hostOf(world, 'paris-cp1'), patchNode(place(world), node, operations).argv);
  return { world, node: world.objects.get('Node', undefined, node), ...ran };
};

describe('kubectl patch --type=json', () => {
  it('does all of it, and tells who cordoned', () => {
    const world = smallWorld();
    const seen: object[] = [];
    world.listen((event) => void (event.type === 'cordoned' && seen.push(event)));
    const { node, stdout } = patch(cordon, world);
    expect(stdout).toBe('node/paris-w1 patched\n');
    expect(node).toMatchObject({
      spec: { unschedulable: true },
      metadata: { annotations: { 'nodeops.dev/cordoned-by': 'run-1' } },
    });
    expect(seen).toEqual([{ type: 'cordoned', node: 'paris-w1', actor: ours }]);
    pass(world, 1000);
    expect(world.objects.get('Node', undefined, 'paris-w1')).toMatchObject({
      spec: { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
    });
  });

  it.each([
    ['a test that fails', [...cordon.slice(1), { op: 'test', path: '/metadata/name', value: 'x' }]],
    ['a removal of what is not there', [cordon[1] ?? {}, { op: 'remove', path: '/spec/nothing' }]],
    ['a replacement of what is not there', [cordon[1] ?? {}, { op: 'replace', path: '/spec/nothing', value: 1 }]],
    ['an addition below what is not there', [cordon[1] ?? {}, { op: 'add', path: '/spec/nothing/more', value: 1 }]],
  ])('does nothing of it with %s', (_name, operations) => {
    const { code, stderr, node } = patch(operations);
    expect({ code, stderr }).toEqual({ code: 1, stderr: refusal });
    expect(node).not.toMatchObject({ spec: { unschedulable: true } });
  });

  it('says that nothing changed, and that a node is missing', () => {
    const same = [{ op: 'test', path: '/metadata/name', value: 'paris-w1' }];
    const world = smallWorld();
    const { revision } = world.objects;
    expect(patch(same, world).stdout).toBe('node/paris-w1 patched (no change)\n');
    expect(world.objects.revision).toBe(revision);
    expect(patch(cordon, world, 'paris-w9').stderr).toBe('Error from server (NotFound): nodes "paris-w9" not found\n');
  });

  it('is refused while an alarm keeps etcd from writing', () => {
    const world = smallWorld();
    const [member] = world.etcd.members;
    if (member !== undefined) member.alarm = 'NOSPACE';
    expect(patch(cordon, world).stderr).toBe('Error from server: etcdserver: mvcc: database space exceeded\n');
  });
});

describe('a lease', () => {
  it('is created once, claimed by its version, renewed by its owner, taken over', () => {
    const world = smallWorld();
    const cp = hostOf(world, 'paris-cp1');
    const lease = ownerOf(world);
    expect(
      run(
        cp,
        kubectl(world, 'get', 'lease', 'nodeops', '--namespace=kube-system', '--ignore-not-found', '--output=json'),
      ),
    ).toMatchObject({ code: 0, stdout: '' });
    expect(lease.create('a', 1)).toMatchObject({ code: 0, stdout: 'lease.coordination.k8s.io/nodeops created\n' });
    expect(lease.create('b', 2)).toMatchObject({
      code: 1,
      stderr:
        'Error from server (AlreadyExists): error when creating "STDIN": leases.coordination.k8s.io "nodeops" already exists\n',
    });
    const { resourceVersion } = lease.read();
    expect(lease.claim('b', 2, resourceVersion)).toMatchObject({
      code: 0,
      stdout: 'lease.coordination.k8s.io/nodeops\n',
    });
    expect(lease.claim('c', 3, resourceVersion)).toMatchObject({ code: 1, stderr: refusal });
    expect(lease.renew('b', 2)).toMatchObject({ code: 0 });
    expect(lease.renew('a', 1)).toMatchObject({ code: 1, stderr: refusal });
    expect(lease.read()).toMatchObject({ holder: 'b', epoch: 2 });
  });
});
