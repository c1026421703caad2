import { Option, type Command } from 'commander';
import { examples, withConsent, withFleet, withPlaybook, withWindow } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

/** Commands about the container runtime of all nodes. */
export const addRuntimes = (program: Command, parts: Parts, ended: Outcome): void => {
  const runtime = program.command('runtime').description('the container runtime of all nodes');
  withFleet(withWindow(withConsent(withPlaybook(runtime.command('upgrade')))))
    .description('take containerd to another version, one drained node after the other, workers first')
    .option('--to <version>', 'a version of containerd, or the newest of a minor or a major: 2.1.5, 2.1, 2')
    .addOption(
      new Option('--drain <when>', 'none: nodes whose pods no other node takes are worked on beneath them').choices([
        'always',
        'none',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'nodeops runtime upgrade --inventory prod.yaml --cluster paris --to 2 --dry-run',
        'nodeops runtime upgrade --inventory prod.yaml --cluster paris --to 2.1.5 --yes',
        'nodeops runtime upgrade --inventory prod.yaml --to 2.1 --only workers',
      ),
    )
    .action(async (options) =>
      ended(await (await import('./commands/runtime-upgrade.ts')).runtimeUpgrade(parts, options)),
    );
};
