import { Option, type Command } from 'commander';
import { unitKinds, type UnitKind } from '../report/daemon-units.ts';
import type { DaemonOptions } from './daemon-loop.ts';
import { listenAddress } from './metering.ts';
import { clustersAtOnce, examples, metricsFileOption, outputOption, withSelection } from './options.ts';
import type { Parts } from './parts.ts';
import { downtimeOption, drainOption } from './way.ts';

/** What is done without anybody there. */
export const addDaemon = (program: Command, parts: Parts, ended: (code: number) => void): void => {
  withSelection(program.command('daemon'))
    .description(
      'wait for the maintenance windows of clusters, and upgrade them, or go on with upgrades, inside of them',
    )
    .option('--once', 'give every cluster whose window is open its turn, and end: for cron')
    .option('--parallel <clusters>', 'how many clusters go at once, whatever their waves say', clustersAtOnce)
    .addOption(drainOption())
    .addOption(downtimeOption())
    .addOption(metricsFileOption())
    .addOption(
      new Option('--metrics-listen <address>', 'answer /metrics over HTTP, for example at 127.0.0.1:9810').argParser(
        listenAddress,
      ),
    )
    .addOption(outputOption())
    .addOption(
      new Option('--print <as>', 'print what starts this command by itself, and do nothing').choices([...unitKinds]),
    )
    .addHelpText(
      'after',
      examples(
        'nodeops daemon --inventory prod.yaml',
        'nodeops daemon --inventory prod.yaml --once',
        'nodeops daemon --inventory prod.yaml --print service',
      ),
    )
    .action(async ({ print, ...options }: { print?: UnitKind } & DaemonOptions) =>
      ended(
        print === undefined
          ? await (await import('./commands/daemon.ts')).daemon(parts, options)
          : (await import('./commands/daemon-print.ts')).printDaemon(parts, options, print),
      ),
    );
};
