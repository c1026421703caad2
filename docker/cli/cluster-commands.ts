import type { Command } from 'commander';
import { existingRecord } from '../cluster/record.ts';
import { downAll, downCluster, upCluster, wireCluster } from '../clusters.ts';
import { inventoryFile } from '../paths.ts';
import { tell } from '../progress.ts';
import { checkClusterName, parseEtcdHosts, parseTopology } from '../topology.ts';
import { UsageError } from '../usage-error.ts';
import { checkVersion } from '../versions.ts';
import { sourceOption } from './build-command.ts';

interface UpOptions {
  readonly name: string;
  readonly topology: string;
  readonly externalEtcd: string;
  readonly version: string;
  readonly source: 'mirror' | 'upstream';
  readonly bareFor?: string;
  readonly withoutPackages?: boolean;
}

/** up, down, inventory: what concerns a whole cluster. */
export function addClusterCommands(program: Command): void {
  program
    .command('up')
    .description('make a cluster, or start what is stopped of one; the last line printed is the path of its inventory')
    .option('--name <name>', 'the cluster, and the beginning of its nodes’ names', 'paris')
    .option('--topology <n+m>', 'control planes + workers', '1+2')
    .option(
      '--external-etcd <n>',
      'members of etcd on hosts of their own, as a systemd service; 0: on the control planes',
      '0',
    )
    .option('--version <version>', 'the Kubernetes version', '1.35.4')
    .option(
      '--bare-for <cluster>',
      'only hosts, with packages and nothing of a cluster; the inventory names them as nodes of this one',
    )
    .option('--without-packages', 'with --bare-for: not even the packages of Kubernetes, nor their source')
    .addOption(sourceOption())
    .addHelpText(
      'after',
      '\nExamples:\n  npm run lab -- up --name oslo --topology 3+1 --version 1.35.4\n  npm run lab -- up --name rome --topology 1+1 --external-etcd 3\n  npm run lab -- up --name oslo2 --topology 1+1 --bare-for oslo',
    )
    .action(async ({ name, topology, externalEtcd, version, source, bareFor, withoutPackages }: UpOptions) => {
      if (withoutPackages === true && bareFor === undefined)
        throw new UsageError('--without-packages goes with --bare-for: a cluster needs them');
      const wish = {
        name: checkClusterName(name),
        topology: { ...parseTopology(topology), ...parseEtcdHosts(externalEtcd) },
        version: checkVersion(version, source),
        source,
        ...(bareFor === undefined ? {} : { bareFor: checkClusterName(bareFor) }),
        ...(withoutPackages === undefined ? {} : { withoutPackages }),
      };
      process.stdout.write(`${await upCluster(wish)}\n`);
    });

  program
    .command('down')
    .description('remove a cluster, or everything but the cache')
    .option('--name <name>', 'the cluster')
    .option('--all', 'all clusters, the mirror’s containers and the network')
    .addHelpText('after', '\nExample:\n  npm run lab -- down --name paris')
    .action(async ({ name, all }: { name?: string; all?: boolean }) => {
      if (all) return downAll();
      if (name === undefined) throw new UsageError('Which one? Type --name NAME or --all.');
      if (!(await downCluster(checkClusterName(name)))) tell(`there is no cluster ${name}: nothing to remove`);
    });

  program
    .command('wire')
    .description('connect the pods of bare hosts that have become nodes; waits for them for a quarter of an hour')
    .requiredOption('--name <name>', 'the hosts, as `up --bare-for` named them')
    .addHelpText('after', '\nExample:\n  npm run lab -- wire --name oslo2')
    .action(({ name }: { name: string }) => wireCluster(checkClusterName(name)));

  program
    .command('inventory')
    .description('print the path of a cluster’s inventory')
    .option('--name <name>', 'the cluster', 'paris')
    .action(({ name }: { name: string }) => {
      if (!existingRecord(name).ready)
        throw new UsageError(`${name} was never finished. Type: npm run lab -- up --name ${name}`);
      process.stdout.write(`${inventoryFile(name)}\n`);
    });
}
