import type { Command } from 'commander';
import { existingNode, existingRecord, recordNodes } from '../cluster/record.ts';
import { fairEntries, probe } from '../probe.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  readonly name: string;
  readonly seconds?: string;
  readonly via?: string[];
}

/** probe: a client that measures what maintenance costs those who use the cluster. */
export function addProbe(program: Command): void {
  program
    .command('probe')
    .description('ask the Service web ten times a second; a JSON summary at the end, on SIGINT or SIGTERM')
    .option('--name <name>', 'the cluster', 'paris')
    .option('--seconds <seconds>', 'how long (default: until interrupted)')
    .option('--via <node...>', 'enter through these nodes only (default: all workers in turn)')
    .addHelpText('after', '\nExample:\n  npm run lab -- probe --name paris --seconds 60')
    .action(async ({ name, seconds, via }: Options) => {
      const record = existingRecord(name);
      const entries = via?.map((node) => existingNode(node).node) ?? fairEntries(recordNodes(record));
      const stop = new AbortController();
      if (seconds !== undefined) setTimeout(() => stop.abort(), milliseconds(seconds));
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
      process.stdout.write(`${JSON.stringify(await probe(entries, stop.signal))}\n`);
    });
}

function milliseconds(seconds: string): number {
  const number = Number(seconds);
  if (number > 0) return number * 1000;
  throw new UsageError(`'${seconds}' is no number of seconds.`);
}
