import { Option, type Command } from 'commander';
import { examples, outputOption } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const addList = (playbook: Command, parts: Parts, ended: Outcome): void => {
  playbook
    .command('list')
    .argument('[directory]', 'whose playbooks are told as well')
    .description('the playbooks that come with nodeops: how they go, what they change, what they take')
    .addOption(outputOption())
    .addHelpText('after', examples('nodeops playbook list', 'nodeops playbook list ./playbooks --output json'))
    .action(async (directory: string | undefined, options) =>
      ended((await import('./commands/playbook.ts')).playbookList(parts, directory, options)),
    );
};

const addShow = (playbook: Command, parts: Parts, ended: Outcome): void => {
  playbook
    .command('show')
    .argument('<playbook>', 'the name of a shipped one, or a file')
    .description('what a playbook takes, and its phases with their steps')
    .addOption(
      new Option('-o, --output <format>', 'how to print; yaml: the file as it is')
        .choices(['text', 'json', 'yaml'])
        .default('text'),
    )
    .addHelpText(
      'after',
      examples(
        'nodeops playbook show os-patch',
        'nodeops playbook show ./mine.yaml',
        'nodeops playbook show os-patch --output yaml > mine.yaml',
      ),
    )
    .action(async (name: string, options) =>
      ended((await import('./commands/playbook.ts')).playbookShow(parts, name, options)),
    );
};

const addValidate = (playbook: Command, parts: Parts, ended: Outcome): void => {
  playbook
    .command('validate')
    .argument('<file...>', 'playbooks')
    .description('check playbooks, and the files that they name; connects to nothing')
    .addHelpText('after', examples('nodeops playbook validate mine.yaml', 'nodeops playbook validate playbooks/*.yaml'))
    .action(async (files: string[]) => ended((await import('./commands/playbook.ts')).playbookValidate(parts, files)));
};

/** What shows and checks playbooks; `nodeops run` runs them. */
export const addPlaybooks = (program: Command, parts: Parts, ended: Outcome): void => {
  const playbook = program.command('playbook').description('list, show and check playbooks');
  addList(playbook, parts, ended);
  addShow(playbook, parts, ended);
  addValidate(playbook, parts, ended);
};
