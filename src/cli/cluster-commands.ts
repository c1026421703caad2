import type { Command } from 'commander';
import { examples, outputOption, waiveOption, withConsent, withFleet, withSelection, withWindow } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const changing = (command: Command): Command =>
  withConsent(withSelection(command)).addOption(waiveOption()).addOption(outputOption());

const addNodeLife = (program: Command, parts: Parts, ended: Outcome): void => {
  const node = program.command('node').description('nodes that come and go');
  changing(node.command('add <node...>'))
    .description('make nodes out of bare hosts that the inventory names, in the version that the cluster has')
    .addHelpText('after', examples('nodeops node add paris-w3 paris-w4 --inventory prod.yaml'))
    .action(async (names: readonly string[], options) =>
      ended(await (await import('./commands/node-life.ts')).nodeAdd(parts, names, options)),
    );
  withWindow(changing(node.command('remove <node>')))
    .description('take a node out of its cluster: drained, its etcd member first; its host is left bare')
    .option('--gone', 'its machine is gone: nothing is done there')
    .addHelpText(
      'after',
      examples(
        'nodeops node remove paris-w3 --inventory prod.yaml --dry-run',
        'nodeops node remove paris-w3 --inventory prod.yaml --gone --yes',
      ),
    )
    .action(async (name: string, options) =>
      ended(await (await import('./commands/node-life.ts')).nodeRemove(parts, name, options)),
    );
  withWindow(changing(node.command('replace <node>')))
    .description('another machine takes the place and name of one that is gone')
    .addHelpText('after', examples('nodeops node replace paris-cp2 --inventory prod.yaml'))
    .action(async (name: string, options) =>
      ended(await (await import('./commands/node-life.ts')).nodeReplace(parts, name, options)),
    );
};

/** Commands by which clusters come into being, grow, shrink and go. */
export const addClusters = (program: Command, parts: Parts, ended: Outcome): void => {
  withFleet(changing(program.command('create')))
    .description('make the clusters of an inventory out of bare hosts')
    .option('--to <version>', 'the Kubernetes version, instead of the inventory’s')
    .option('--no-cni', 'the network of pods comes from elsewhere')
    .option('--show-configuration', 'print what kubeadm init would be given, and do nothing')
    .addHelpText(
      'after',
      examples(
        'nodeops create --inventory prod.yaml --cluster paris --dry-run',
        'nodeops create --inventory prod.yaml --cluster paris --show-configuration',
        'nodeops create --inventory prod.yaml --to 1.36.3 --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/create.ts')).create(parts, options)));
  addNodeLife(program, parts, ended);
  changing(program.command('reset'))
    .description('end a cluster: its hosts are left bare, its data are gone')
    .addHelpText('after', examples('nodeops reset --inventory lab.yaml --cluster paris'))
    .action(async (options) => ended(await (await import('./commands/node-life.ts')).reset(parts, options)));
};
