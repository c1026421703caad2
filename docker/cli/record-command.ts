import { resolve } from 'node:path';
import type { Command } from 'commander';
import { build } from '../build/build-mirror.ts';
import { existingRecord, readRecord } from '../cluster/record.ts';
import { downCluster, upCluster } from '../clusters.ts';
import type { Suite } from '../record/record-cluster.ts';
import { checkClusterName, parseTopology } from '../topology.ts';
import { UsageError } from '../usage-error.ts';
import { checkVersion } from '../versions.ts';

const suites: readonly Suite[] = ['commands', 'dry-run', 'upgrade'];

interface Options {
  readonly name: string;
  readonly topology: string;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly suite?: readonly string[];
  readonly only?: readonly string[];
  readonly existing?: boolean;
  readonly keep?: boolean;
}

const asSuite = (text: string): Suite => {
  const suite = suites.find((one) => one === text);
  if (suite === undefined) throw new UsageError(`'${text}' is no suite. There are: ${suites.join(', ')}.`);
  return suite;
};

/** record: what real nodes answer, with the state before and after, for the simulator to be held against. */
export function addRecord(program: Command): void {
  program
    .command('record')
    .description('record what real nodes answer to the program and to lines typed by hand; removes its cluster')
    .option('--name <name>', 'the cluster that is made for it', 'rec')
    .option('--topology <n+m>', 'control planes + workers; the lines typed by hand need two workers', '1+2')
    .option('--from <version>', 'the Kubernetes version before', '1.35.4')
    .option('--to <version>', 'the Kubernetes version after', '1.36.3')
    .option('--out <folder>', 'where <suite>.jsonl.gz is written', 'test/conformance/recorded')
    .option('--suite <suite...>', `only these: ${suites.join(', ')}`)
    .option('--only <words...>', 'of the commands, only those whose name holds one of these')
    .option('--existing', 'use the cluster of that name as it is')
    .option('--keep', 'leave the cluster there')
    .addHelpText('after', '\nExample:\n  npm run lab -- record --suite commands --only drain --out /tmp/recorded')
    .action(async ({ name, topology, from, to, out, suite = suites, only = [], existing, keep }: Options) => {
      const wish = {
        name: checkClusterName(name),
        topology: parseTopology(topology),
        version: checkVersion(from, 'mirror'),
        source: 'mirror' as const,
      };
      const target = checkVersion(to, 'mirror');
      const wanted = suite.map(asSuite);
      if (existing === true) existingRecord(name);
      else if (readRecord(name) !== undefined)
        throw new UsageError(`There is a cluster ${name}. Type: npm run lab -- down --name ${name}, or --existing.`);
      await build([wish.version, target], 'mirror');
      await upCluster(wish);
      const { recordCluster } = await import('../record/record-cluster.ts');
      try {
        const written = await recordCluster({
          cluster: existingRecord(name),
          to: target,
          suites: wanted,
          out: resolve(out),
          only,
        });
        process.stdout.write(`${written.join('\n')}\n`);
      } finally {
        if (keep !== true && existing !== true) await downCluster(name);
      }
    });
}
