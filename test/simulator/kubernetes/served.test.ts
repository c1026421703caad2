import { describe, expect, it } from 'vitest';
import { etcdWritten } from '../../../src/facts/etcd-written.ts';
import { firstOf } from '../../../src/facts/newer-objects.ts';
import { servedApis } from '../../../src/facts/served-apis.ts';
import { recorded } from '../../facts/recorded.ts';
import { ask, valueOf } from './ask.ts';
import { ours, smallWorld } from './run-tool.ts';

const policies = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'mutatingadmissionpolicies',
};

describe('what an API server serves', () => {
  it('is what 1.35.4 served on the lab', () => {
    const found = recorded('served-apis').find(({ name }) => name === 'control-plane-1.35.4');
    expect(ask(smallWorld(), servedApis)).toEqual(found?.parsed);
  });

  it('and the first objects of a type, with how many more there are', () => {
    const world = smallWorld();
    const pods = world.objects.list('Pod').length;
    const [found] = valueOf(world, firstOf('1.34.4', [{ group: '', version: 'v1', resource: 'pods' }]));
    expect(found?.count).toBe(pods);
    expect(found?.names).toHaveLength(Math.min(pods, 20));
  });

  it('nothing is of a type of which there are no objects', () => {
    expect(valueOf(smallWorld({ version: '1.36.3' }), firstOf('1.35.4', [policies]))).toEqual([]);
  });
});

describe('what was written to etcd since', () => {
  it('is what was made, changed, and not what was removed', () => {
    const world = smallWorld();
    const { revision } = world.objects;
    const [pod] = world.objects.list('Pod');
    const [deployment] = world.objects.list('Deployment');
    if (pod === undefined || deployment === undefined) throw new Error('the world is empty');
    expect(valueOf(world, etcdWritten(revision))).toEqual({ made: {}, changed: {} });
    world.objects.put({ ...pod, metadata: { ...pod.metadata, name: 'one-more' } }, ours);
    world.objects.put({ ...deployment }, ours);
    expect(valueOf(world, etcdWritten(revision))).toEqual({ made: { pods: 1 }, changed: { deployments: 1 } });
    world.objects.remove('Pod', pod.metadata.namespace, 'one-more', ours);
    expect(valueOf(world, etcdWritten(revision))).toEqual({ made: {}, changed: { deployments: 1 } });
  });
});
