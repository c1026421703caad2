import { Option, type Command } from 'commander';
import { quote } from '../commands/quote.ts';
import type { Shard } from '../inventory/select.ts';
import { UsageError } from '../model/errors.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import type { SelectionOptions } from './inventory.ts';

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

/** `-i a.yaml -i b.yaml` is `-i a.yaml,b.yaml`: one text, as records and what is to be typed have it. */
export const collectPlaces = (value: string, before: string | undefined): string =>
  before === undefined ? value : `${before},${value}`;

export const inventoryOption = () =>
  new Option(
    '-i, --inventory <file>',
    'the inventory of clusters and nodes: a file, or a directory (may be given again)',
  )
    .argParser(collectPlaces)
    .env('NODEOPS_INVENTORY');
export const waiveOption = () =>
  new Option('--waive <gate=reason>', 'go on whatever this gate says, for that reason (may be given again)').argParser(
    collectWhole,
  );
export const outputOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text');

export const tableOption = () =>
  new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table');

const shard = (text: string): Shard => {
  const [, part = '', of = ''] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const found = { part: Number(part), of: Number(of) };
  if (of === '' || found.part < 1 || found.part > found.of)
    throw new UsageError(`${quote(['--shard', text])} is no share of the clusters: write --shard 1/3, 2/3 or 3/3`);
  return found;
};

const selector = (text: string): NonNullable<SelectionOptions['selector']> => {
  const labels = parseLabelSelector(text);
  if (labels !== undefined) return { text, labels };
  throw new UsageError(
    `${quote(['--selector', text])} is no label selector: write one as kubectl takes it, such as 'environment=prod,region in (eu-west,eu-central)'`,
  );
};

/** Which clusters. */
export const withClusters = (command: Command): Command =>
  command
    .addOption(inventoryOption())
    .option('--cluster <name>', 'only this cluster (may be given again)', collect)
    .option('-l, --selector <labels>', 'only clusters with these labels, as kubectl -l takes them', selector)
    .option('--wave <name>', 'only clusters of this wave of the inventory (may be given again)', collect)
    .option('--with-spare <node>', 'count this spare machine among the nodes (may be given again)', collect)
    .option('--shard <i/n>', 'only the i-th of n shares of the clusters, by their names', shard);

/** Which clusters, and how they are reached. */
export const withSelection = (command: Command): Command =>
  withClusters(command).option('--accept-new-host-keys', 'trust host keys that known_hosts does not have yet');

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

/** @throws UsageError */
export const clustersAtOnce = (text: string): number => {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1) return count;
  throw new UsageError(`${quote(['--parallel', text])}: write a number of clusters from 1`);
};

export const metricsFileOption = (): Option =>
  new Option('--metrics-file <file>', 'write metrics of the run there, for node_exporter’s textfile collector');

/** Of every command that may go over many clusters. */
export const withFleet = (command: Command): Command =>
  command
    .option('--parallel <clusters>', 'how many clusters go at once, whatever their waves say', clustersAtOnce)
    .option('--promote <wave>', 'let this wave begin without asking (may be given again)', collect)
    .option('--hold <wave>', 'begin neither this wave nor those after it')
    .addOption(metricsFileOption());

/** For the end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
