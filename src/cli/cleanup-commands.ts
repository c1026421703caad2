import type { Command } from 'commander';
import { examples, outputOption, withConsent, withSelection } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

/** What was deleted and is still there, and what was left over. */
export const addCleanup = (program: Command, parts: Parts, ended: Outcome): void => {
  withConsent(withSelection(program.command('cleanup [name...]')).addOption(outputOption()))
    .description('what is stuck, and why; changes nothing but what is named, where nothing can need it any more')
    .addHelpText(
      'after',
      examples(
        'nodeops cleanup --inventory prod.yaml',
        'nodeops cleanup pod/shop/db-0 namespace/old --inventory prod.yaml --cluster paris --dry-run',
        'nodeops cleanup volumeattachment/csi-4f1c tmp/paris-cp1 --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (names: readonly string[], options) =>
      ended(await (await import('./commands/cleanup.ts')).cleanup(parts, names, options)),
    );
};
