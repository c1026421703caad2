import { Option, type Command } from 'commander';
import { rebootModes } from '../model/reboot-mode.ts';
import {
  collect,
  examples,
  outputOption,
  waiveOption,
  withConsent,
  withFleet,
  withPlaybook,
  withSelection,
  withWindow,
} from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const drainOption = (): Option =>
  new Option('--drain <when>', 'none: nodes whose pods no other node takes are worked on beneath them').choices([
    'always',
    'none',
  ]);

const changing = (command: Command): Command => withConsent(withSelection(command).addOption(outputOption()));

/** Nodes that are taken out of service for longer than a run, and given back. */
const addOutAndBack = (program: Command, parts: Parts, ended: Outcome): void => {
  changing(program.command('cordon <node...>'))
    .description('let no new pods come to nodes, until they are given back: no run of nodeops does that')
    .addHelpText('after', examples('nodeops cordon paris-w1 --inventory prod.yaml'))
    .action(async (nodes: readonly string[], options) =>
      ended(await (await import('./commands/nodes.ts')).cordon(parts, nodes, options)),
    );
  withWindow(changing(program.command('drain <node...>').addOption(waiveOption())))
    .description('take nodes out of service, one after the other, until they are given back')
    .addHelpText(
      'after',
      examples(
        'nodeops drain paris-w1 --inventory prod.yaml --dry-run',
        'nodeops drain paris-w1 paris-w2 --inventory prod.yaml --yes',
      ),
    )
    .action(async (nodes: readonly string[], options) =>
      ended(await (await import('./commands/nodes.ts')).drain(parts, nodes, options)),
    );
  changing(program.command('uncordon <node...>'))
    .description('give nodes back that cordon or drain took out, once they are well')
    .addHelpText('after', examples('nodeops uncordon paris-w1 --inventory prod.yaml'))
    .action(async (nodes: readonly string[], options) =>
      ended(await (await import('./commands/nodes.ts')).uncordon(parts, nodes, options)),
    );
};

/** Commands about single nodes, and what is beneath Kubernetes there. */
export const addNodes = (program: Command, parts: Parts, ended: Outcome): void => {
  addOutAndBack(program, parts, ended);
  withFleet(withWindow(changing(program.command('reboot [node...]').addOption(waiveOption()))))
    .description('restart nodes (all, where none is named), drained, one after the other, workers first')
    .option('--required-only', 'only those that ask for it, by a package or a newer kernel')
    .addOption(drainOption())
    .addHelpText(
      'after',
      examples(
        'nodeops reboot paris-w1 --inventory prod.yaml',
        'nodeops reboot --inventory prod.yaml --cluster paris --required-only --dry-run',
      ),
    )
    .action(async (nodes: readonly string[], options) =>
      ended(await (await import('./commands/nodes.ts')).reboot(parts, nodes, options)),
    );
  withFleet(withWindow(withConsent(withPlaybook(program.command('os-patch')))))
    .description('upgrade the packages of the operating system, but for those of Kubernetes; drained, workers first')
    .option('--security-only', 'only what comes from an archive of security updates')
    .option('--exclude <package>', 'a package that stays as it is (may be given again)', collect)
    .addOption(
      new Option('--reboot <when>', 'whether nodes are restarted afterwards')
        .choices([...rebootModes])
        .default('required'),
    )
    .addOption(drainOption())
    .addHelpText(
      'after',
      examples(
        'nodeops os-patch --inventory prod.yaml --cluster paris --dry-run',
        'nodeops os-patch --inventory prod.yaml --cluster paris --security-only --yes',
        'nodeops os-patch --inventory prod.yaml --only workers --exclude containerd --reboot never',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/nodes.ts')).osPatch(parts, options)));
};
