import { Command } from 'commander';
import { addBuild } from './cli/build-command.ts';
import { addClusterCommands } from './cli/cluster-commands.ts';
import { addList } from './cli/list-command.ts';
import { addNodeCommands } from './cli/node-commands.ts';
import { addProbe } from './cli/probe-command.ts';
import { addRecord } from './cli/record-command.ts';
import { reportFailure } from './cli/report-failure.ts';

const program = new Command('lab')
  .description('Real kubeadm clusters in containers, for tests and for practice.')
  .enablePositionalOptions()
  .exitOverride();
for (const add of [addBuild, addClusterCommands, addList, addNodeCommands, addProbe, addRecord]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
