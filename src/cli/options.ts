import { Option, type Command } from 'commander';

/** `--limit a --limit b,c`: all of them. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  ...value.split(','),
];

/** A value may hold commas of its own. */
export const collectWhole = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

export const inventoryOption = () =>
  new Option('-i, --inventory <file>', 'the inventory of clusters and nodes').env('NODEOPS_INVENTORY');
export const waiveOption = () =>
  new Option('--waive <gate=reason>', 'go on whatever this gate says, for that reason (may be given again)').argParser(
    collectWhole,
  );
export const outputOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text');

export const tableOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table');

/** Which clusters, and how they are reached. */
export const withSelection = (command: Command): Command =>
  command
    .addOption(inventoryOption())
    .option('--cluster <name>', 'only this cluster (may be given again)', collect)
    .option('--accept-new-host-keys', 'trust host keys that known_hosts does not have yet');

/** The same for a command that runs a playbook, or shows what it would do. */
export const withPlaybook = (command: Command): Command =>
  withSelection(command)
    .option('--limit <node>', 'only this node (may be given again)', collect)
    .addOption(waiveOption())
    .addOption(new Option('--only <role>', 'only these nodes').choices(['control-plane', 'workers']))
    .addOption(outputOption());

/** Of every command that may write to a cluster: who takes part in deciding. */
export const withConsent = (command: Command): Command =>
  command
    .option('--dry-run', 'show the plan and write nothing, anywhere')
    .option('-y, --yes', 'do not ask before beginning')
    .option('--wait-for-lock <duration>', 'how long to wait for another owner of the cluster, for example 30m')
    .option('--reason <text>', 'why, for the journal; protected clusters need one')
    .option(
      '--confirm <name>',
      'the name of a protected cluster, where nobody can type it (may be given again)',
      collect,
    );

/** Of every command that is held to the maintenance window. */
export const withWindow = (command: Command): Command =>
  command.option('--ignore-window', 'begin outside of the maintenance window, and go on beyond it: with --reason');

/** For the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
