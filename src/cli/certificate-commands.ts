import type { Command } from 'commander';
import { examples, outputOption, waiveOption, withConsent, withFleet, withSelection, withWindow } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

/** Commands about the certificates that kubeadm signed. */
export const addCertificates = (program: Command, parts: Parts, ended: Outcome): void => {
  const certs = program.command('certs').description('see when certificates end, and renew them');
  withSelection(certs.command('check'))
    .description('when the certificates of all nodes end, the first of them first; changes nothing')
    .addOption(outputOption())
    .option('--within <age>', 'exit code 1 where one ends within that, for example 30d', '30d')
    .addHelpText(
      'after',
      examples(
        'nodeops certs check --inventory prod.yaml',
        'nodeops certs check --inventory prod.yaml --within 60d --output json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/certs.ts')).certsCheck(parts, options)));
  withFleet(
    withWindow(withConsent(withSelection(certs.command('renew')).addOption(outputOption()).addOption(waiveOption()))),
  )
    .description('renew those of kubeadm, one control plane at a time, and restart what uses them')
    .option('--within <age>', 'those that end within that (default: 90d)')
    .option('--all', 'whatever is left of them')
    .addHelpText(
      'after',
      examples(
        'nodeops certs renew --inventory prod.yaml --dry-run',
        'nodeops certs renew --inventory prod.yaml --cluster paris --all --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/certs.ts')).certsRenew(parts, options)));
};
