import { z } from 'zod';
import type { World } from '../../../src/simulator/world/host.ts';
import { kubectl } from './ask.ts';
import { hostOf, run, type Ran } from './run-tool.ts';

const schema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z.object({ holderIdentity: z.string(), leaseTransitions: z.number() }),
});

const spec = (holder: string, epoch: number) => ({
  holderIdentity: holder,
  leaseDurationSeconds: 60,
  renewTime: '2026-11-21T09:00:00.000000Z',
  leaseTransitions: epoch,
});

/** The lease of whoever owns the cluster, through kubectl. */
export const ownerOf = (world: World) => {
  const cp = hostOf(world, `${world.cluster}-cp1`);
  const patch = (operations: readonly object[]): Ran =>
    run(
      cp,
      kubectl(
        world,
        'patch',
        'lease',
        'nodeops',
        '--namespace=kube-system',
        '--type=json',
        `--patch=${JSON.stringify(operations)}`,
        '--output=name',
      ),
    );
  return {
    create: (holder: string, epoch: number): Ran =>
      run(cp, kubectl(world, 'create', '--filename=-'), {
        stdin: JSON.stringify({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'nodeops', namespace: 'kube-system', annotations: {} },
          spec: spec(holder, epoch),
        }),
      }),
    claim: (holder: string, epoch: number, resourceVersion: string): Ran =>
      patch([
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'add', path: '/spec', value: spec(holder, epoch) },
      ]),
    renew: (holder: string, epoch: number): Ran =>
      patch([
        { op: 'test', path: '/spec/holderIdentity', value: holder },
        { op: 'test', path: '/spec/leaseTransitions', value: epoch },
        { op: 'replace', path: '/spec/renewTime', value: '2026-11-21T09:01:00.000000Z' },
      ]),
    read: (): { readonly resourceVersion: string; readonly holder: string; readonly epoch: number } => {
      const { stdout } = run(cp, kubectl(world, 'get', 'lease', 'nodeops', '--namespace=kube-system', '--output=json'));
      const found = schema.parse(JSON.parse(stdout));
      return {
        resourceVersion: found.metadata.resourceVersion,
        holder: found.spec.holderIdentity,
        epoch: found.spec.leaseTransitions,
      };
    },
  };
};
