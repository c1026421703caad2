import type { Command } from 'commander';
import { examples, outputOption, withConsent, withSelection } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const addGround = (practice: Command, parts: Parts, ended: Outcome): void => {
  withConsent(withSelection(practice.command('allow')).addOption(outputOption()))
    .description('say on each node of a cluster that tasks may break it; refused on every other')
    .addHelpText('after', examples('nodeops practice allow --inventory lab.yaml --cluster exam'))
    .action(async (options) =>
      ended(await (await import('./commands/practice-allow.ts')).practiceAllow(parts, true, options)),
    );
  withConsent(withSelection(practice.command('forbid')).addOption(outputOption()))
    .description('take that back')
    .addHelpText('after', examples('nodeops practice forbid --inventory lab.yaml --cluster exam'))
    .action(async (options) =>
      ended(await (await import('./commands/practice-allow.ts')).practiceAllow(parts, false, options)),
    );
};

const addTasks = (practice: Command, parts: Parts, ended: Outcome): void => {
  practice
    .command('list')
    .description('the tasks, what they teach, and how long they take; connects to nothing')
    .addOption(outputOption())
    .addHelpText('after', examples('nodeops practice list', 'nodeops practice list --output json'))
    .action(async (options) => ended((await import('./commands/practice.ts')).practiceList(parts, options)));
  withConsent(withSelection(practice.command('start')).addOption(outputOption()))
    .argument('<task>', 'one of `nodeops practice list`')
    .description('break something, and say what is to be done')
    .option('--worker <node>', 'the worker that it is about; otherwise the first of the inventory')
    .addHelpText('after', examples('nodeops practice start kubelet-stopped --inventory lab.yaml --cluster exam'))
    .action(async (task: string, options) =>
      ended(await (await import('./commands/practice.ts')).practiceStart(parts, task, options)),
    );
  withConsent(withSelection(practice.command('reset')).addOption(outputOption()))
    .description('put the cluster back as it was before the task, however far it was solved')
    .addHelpText('after', examples('nodeops practice reset --inventory lab.yaml --cluster exam'))
    .action(async (options) => ended(await (await import('./commands/practice.ts')).practiceReset(parts, options)));
};

const looking = (command: Command): Command => withSelection(command).addOption(outputOption());

const addLooks = (practice: Command, parts: Parts, ended: Outcome): void => {
  looking(practice.command('show'))
    .description('what is to be done, once more')
    .addHelpText('after', examples('nodeops practice show --inventory lab.yaml --cluster exam'))
    .action(async (options) => ended(await (await import('./commands/practice-look.ts')).practiceShow(parts, options)));
  looking(practice.command('check'))
    .description('mark what was done, by looking at the cluster; code 0 where the task is solved')
    .addHelpText('after', examples('nodeops practice check --inventory lab.yaml --cluster exam'))
    .action(async (options) =>
      ended(await (await import('./commands/practice-look.ts')).practiceCheck(parts, options)),
    );
  looking(practice.command('watch'))
    .description('mark it again and again until it is solved, or Ctrl-C')
    .addHelpText('after', examples('nodeops practice watch --inventory lab.yaml --cluster exam'))
    .action(async (options) =>
      ended(await (await import('./commands/practice-look.ts')).practiceWatch(parts, options)),
    );
  looking(practice.command('hint'))
    .description('a hint, one more each time')
    .addHelpText('after', examples('nodeops practice hint --inventory lab.yaml --cluster exam'))
    .action(async (options) => ended(await (await import('./commands/practice-look.ts')).practiceHint(parts, options)));
  looking(practice.command('solution'))
    .description('what a person would type')
    .addHelpText('after', examples('nodeops practice solution --inventory lab.yaml --cluster exam'))
    .action(async (options) =>
      ended(await (await import('./commands/practice-look.ts')).practiceSolution(parts, options)),
    );
};

/** Tasks to practise with, on clusters that are there for it. */
export const addPractice = (program: Command, parts: Parts, ended: Outcome): void => {
  const practice = program
    .command('practice')
    .description('tasks as in the CKA exam, on a cluster that nobody needs: set up, marked, and taken back');
  addTasks(practice, parts, ended);
  addLooks(practice, parts, ended);
  addGround(practice, parts, ended);
};
