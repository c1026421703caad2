import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LabNode } from '../addresses.ts';
import { builtVersions } from '../build/build-mirror.ts';
import { recordNodes, type ClusterRecord } from '../cluster/record.ts';
import { inventoryFile } from '../paths.ts';
import { during, tell } from '../progress.ts';
import { apiCases } from './cases/api.ts';
import { backupCases } from './cases/backup.ts';
import { etcdCases } from './cases/etcd.ts';
import type { Ground, RecordCase } from './cases/case.ts';
import { highAvailabilityCases } from './cases/high-availability.ts';
import { hostCases } from './cases/host.ts';
import { kubeadmCases } from './cases/kubeadm.ts';
import { packageCases } from './cases/packages.ts';
import { targetCases } from './cases/target.ts';
import { recordProduct } from './record-product.ts';
import { Recorder } from './recorder.ts';
import { writeRecording, type RecordedNode } from './recording.ts';
import { runCases } from './run-cases.ts';
import { softwareOf } from './software.ts';
import { UsageError } from '../usage-error.ts';

/** What a recording is made of: lines typed by hand, the program's dry run, the program's whole upgrade. */
export type Suite = 'commands' | 'dry-run' | 'upgrade';

export interface RecordWish {
  readonly cluster: ClusterRecord;
  readonly to: string;
  readonly suites: readonly Suite[];
  /** Where `<suite>.jsonl.gz` is written. */
  readonly out: string;
  /** Only cases whose name holds one of these words; all where it is empty. */
  readonly only: readonly string[];
}

/** A cluster may need that long until nothing moves any more. */
const calmMs = 60_000;

export const allCases: readonly RecordCase[] = [
  ...hostCases,
  ...packageCases,
  ...apiCases,
  ...etcdCases,
  ...backupCases,
  ...highAvailabilityCases,
  ...targetCases,
  ...kubeadmCases,
];

const groundOf = ({ cluster, to }: RecordWish): Ground => {
  const nodes = recordNodes(cluster);
  const node: Ground['node'] = (spot) => `${cluster.name}-${spot}`;
  const controlPlane = nodes[0];
  if (controlPlane === undefined) throw new Error(`${cluster.name} has no node`);
  return {
    cluster: cluster.name,
    from: cluster.version,
    to,
    node,
    api: { node: controlPlane.name, apiServer: `https://${controlPlane.host}:6443` },
  };
};

/** The simulator knows etcd on control planes only, and is what recordings are for. */
const recordedNode = ({ name, host, role }: LabNode): RecordedNode => {
  if (role !== 'etcd') return { name, address: host, role };
  throw new UsageError(
    `${name} is an etcd host: what such a cluster answers is not recorded. Name one without: npm run lab -- up --topology 1+2`,
  );
};

const newRecorder = async ({ cluster, to }: RecordWish): Promise<Recorder> => {
  const nodes = recordNodes(cluster);
  const [first] = nodes;
  if (first === undefined) throw new Error(`${cluster.name} has no node`);
  const recorder = new Recorder(nodes, {
    kind: 'head',
    format: 1,
    at: new Date().toISOString(),
    cluster: cluster.name,
    nodes: nodes.map(recordedNode),
    from: cluster.version,
    to,
    ...(cluster.source === 'mirror' ? { offered: builtVersions() } : {}),
    software: await softwareOf(first),
  });
  await recorder.settle(calmMs);
  return recorder;
};

const runProduct = async (recorder: Recorder, wish: RecordWish, suite: 'dry-run' | 'upgrade'): Promise<void> => {
  const inventory = ['--inventory', inventoryFile(wish.cluster.name), '--to', wish.to];
  const args = ['upgrade', ...inventory, ...(suite === 'upgrade' ? ['--yes'] : ['--dry-run'])];
  const code = await recordProduct(recorder, suite, args, new Date().toISOString());
  if (code !== 0) throw new Error(`nodeops ${args.join(' ')} ended with ${code}: see above`);
};

/**
 * Runs each suite on a cluster and writes what its nodes were asked, and what they said, with the state around each
 * write. Answers with the paths that were written. @throws Error where a suite fails; what was recorded is written.
 */
export const recordCluster = async (wish: RecordWish): Promise<readonly string[]> => {
  mkdirSync(wish.out, { recursive: true });
  const written: string[] = [];
  for (const suite of wish.suites) {
    const recorder = await newRecorder(wish);
    const file = join(wish.out, `${suite}.jsonl.gz`);
    try {
      await during(`recording ${suite}`, async () => {
        if (suite === 'commands') await runCases(recorder, groundOf(wish), allCases, wish.only);
        else await runProduct(recorder, wish, suite);
        await recorder.settle(calmMs);
      });
    } finally {
      writeRecording(file, recorder.lines());
      const { moving, repeated } = recorder.dropped;
      tell(`${file}: ${recorder.count} pairs; left out: ${repeated} repeated, ${moving} while the state moved`);
    }
    written.push(file);
  }
  return written;
};
