import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptArtifact } from '../../src/facts/kept-artifact.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { World } from '../../src/plan/world.ts';
import { bindPlaybook } from '../../src/playbook/bind.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import type { BoundPhase } from '../../src/steps/bound.ts';
import { target } from '../steps/values.ts';
import { knowNot } from './world.ts';

const file = join(import.meta.dirname, '../../playbooks/upgrade.yaml');
/** The shipped one. */
export const playbook = loadPlaybook(readFileSync(file, 'utf8'), file);

/** The shipped upgrade, filled in for a whole cluster; `parameters` beside the version. */
export const boundFor = (
  cluster: Cluster,
  run = 'r1',
  parameters: Readonly<Record<string, unknown>> = {},
): readonly BoundPhase[] => {
  const byRole = (role: string) => cluster.nodes.filter((node) => node.role === role).map(({ name }) => name);
  return bindPlaybook(playbook, {
    cluster,
    selection: { nodes: cluster.nodes.map(({ name }) => name) },
    settings: {
      version: target,
      run,
      lockSeconds: 300,
      drainTimeoutMs: 600_000,
      deleteEmptyDirData: false,
      nodeNames: cluster.nodes.map(({ name }) => name),
      controlPlaneNames: byRole('control-plane'),
      workerNames: byRole('worker'),
      maxUnavailable: 1,
      ...parameters,
    },
  });
};

/** The operator has no snapshot of this run yet. */
export const withoutSnapshot = (world: World, run = 'r1'): World => {
  for (const ending of ['db', 'json'])
    knowNot(
      world,
      { kind: 'cluster', cluster: 'paris' },
      keptArtifact(`paris/${run}/etcd-before-${target}.${ending}`),
      { kind: 'absent' },
    );
  return world;
};
