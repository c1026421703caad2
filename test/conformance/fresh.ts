import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existingRecord } from '../../docker/cluster/record.ts';
import { recordCluster } from '../../docker/record/record-cluster.ts';
import { accepted } from './accepted.ts';
import { compare } from './compare.ts';
import { readMoved } from './recordings.ts';
import { told } from './tally.ts';

/** Parts of the names of cases that are over soon and leave a cluster as it was. */
const short = [
  'no such',
  'who ',
  'an unset variable',
  'an active service',
  'create a lease',
  'create it again',
  'release the lease',
  'a path of etcd',
  'the members of etcd',
  'offered versions',
  'a lock that is held',
];

/** What the simulator and a real cluster, asked a moment ago, do not agree on; and how many pairs there were. */
export interface Fresh {
  readonly pairs: number;
  readonly differences: readonly string[];
}

/** Records a dry run and a handful of lines on a cluster of the lab and has the simulator answer them. Takes under a minute. */
export const freshlyCompared = async (cluster: string, to: string): Promise<Fresh> => {
  const out = mkdtempSync(join(tmpdir(), 'nodeops-fresh-'));
  try {
    const files = await recordCluster({
      cluster: existingRecord(cluster),
      to,
      suites: ['dry-run', 'commands'],
      out,
      only: short,
    });
    const results = files.flatMap((file) => {
      const recording = readMoved(file);
      return recording.pairs.map((pair) => compare(recording, pair, accepted));
    });
    const different = results.filter(({ differences }) => differences.length > 0);
    return { pairs: results.length, differences: different.map(told) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};
