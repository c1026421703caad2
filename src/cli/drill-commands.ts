import type { Command } from 'commander';
import { examples, outputOption, waiveOption, withConsent, withSelection } from './options.ts';
import type { Parts } from './parts.ts';

/** What would be done about a disaster, written down, and tried. */
export const addDrill = (program: Command, parts: Parts, ended: (code: number) => void): void => {
  withConsent(withSelection(program.command('drill')))
    .argument('[disaster]', 'worker-lost, control-plane-lost, etcd-corrupted or volumes-lost; otherwise all of them')
    .description('what would be done about a disaster with this inventory and these backups, and what is missing')
    .option('--document <file>', 'write it as a recovery plan (Markdown), too')
    .option('--execute', 'break it and recover it, in a cluster that is there to practise on (nodeops practice allow)')
    .option('--node <name>', 'with --execute: whose machine is lost; otherwise the last of its role')
    .addOption(waiveOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops drill --inventory prod.yaml',
        'nodeops drill etcd-corrupted --inventory prod.yaml --cluster paris',
        'nodeops drill --inventory prod.yaml --document recovery-plan.md',
        'nodeops drill worker-lost --inventory lab.yaml --cluster exam --execute',
      ),
    )
    .action(async (name: string | undefined, options) =>
      ended(
        options.execute === true
          ? await (await import('./commands/drill-execute.ts')).drillExecute(parts, name, options)
          : await (await import('./commands/drill.ts')).drill(parts, name, options),
      ),
    );
};
