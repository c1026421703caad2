import type { Command } from 'commander';
import {
  collect,
  collectPlaces,
  examples,
  outputOption,
  waiveOption,
  withConsent,
  withFleet,
  withWindow,
} from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const controls = {
  pause: [
    'begin no further node or cluster of a run for now; what is in hand comes to its end',
    'nodeops runs pause last --reason "the storage is slow"',
    'nodeops runs pause last --wave prod',
  ],
  continue: ['go on with what was paused', 'nodeops runs continue last', 'nodeops runs continue last --cluster paris'],
  stop: [
    'stop a run after the step in hand, as Ctrl-C in its terminal does; resume goes on',
    'nodeops runs stop last',
    'nodeops runs stop last --cluster paris --reason "users complain"',
  ],
} as const;

const addControls = (runs: Command, parts: Parts, ended: Outcome): void => {
  for (const act of ['pause', 'continue', 'stop'] as const) {
    const [description, ...typed] = controls[act];
    runs
      .command(act)
      .argument('<run>', 'its id, the beginning of it, or last')
      .description(description)
      .option('--cluster <name>', 'only this cluster of it (may be given again)', collect)
      .option('--wave <name>', 'only the clusters of this wave')
      .option('--reason <text>', 'why; it is journalled')
      .addHelpText('after', examples(...typed))
      .action(async (run: string, options) =>
        ended(await (await import('./commands/runs-control.ts')).runsControl(parts, act, run, options)),
      );
  }
};

const addRuns = (program: Command, parts: Parts, ended: Outcome): void => {
  const runs = program
    .command('runs')
    .description('look at runs of this machine, steer those that go on, remove old records');
  runs
    .command('list')
    .description('every run with its outcome, newest first')
    .option('--cluster <name>', 'only runs of this cluster (may be given again)', collect)
    .option('--last <number>', 'only so many, the newest')
    .addOption(outputOption())
    .addHelpText('after', examples('nodeops runs list', 'nodeops runs list --cluster paris --last 5 --output json'))
    .action(async (options) => ended(await (await import('./commands/runs-list.ts')).runsList(parts, options)));
  runs
    .command('show')
    .argument('<run>', 'its id, the beginning of it, or last')
    .description('how a run went: its failure, its steps, where its files are')
    .addOption(outputOption())
    .addHelpText('after', examples('nodeops runs show last', 'nodeops runs show 2026-11-21-0930 --output json'))
    .action(async (run: string, options) =>
      ended(await (await import('./commands/runs-show.ts')).runsShow(parts, run, options)),
    );
  addControls(runs, parts, ended);
  runs
    .command('prune')
    .description('remove the records of old runs; those that can still be resumed stay')
    .option('--older-than <age>', 'only runs that began so long ago, for example 90d')
    .option('--keep <number>', 'keep so many, the newest')
    .option('--unfinished', 'also runs that can be resumed and those whose record is broken')
    .option('--artifacts', 'also the etcd snapshots that these runs took')
    .option('--dry-run', 'show what would be removed')
    .option('-y, --yes', 'do not ask before removing')
    .addHelpText(
      'after',
      examples('nodeops runs prune --older-than 90d --dry-run', 'nodeops runs prune --older-than 90d --keep 20 --yes'),
    )
    .action(async (options) => ended(await (await import('./commands/runs-prune.ts')).runsPrune(parts, options)));
};

const addAudit = (program: Command, parts: Parts, ended: Outcome): void => {
  const audit = program.command('audit').description('check the records of runs');
  audit
    .command('verify')
    .argument('[run]', 'its id, the beginning of it, or last; otherwise all')
    .description('check that no journal was changed after it was written; changes nothing')
    .addOption(outputOption())
    .addHelpText('after', examples('nodeops audit verify', 'nodeops audit verify last --output json'))
    .action(async (run: string | undefined, options) =>
      ended(await (await import('./commands/audit-verify.ts')).auditVerify(parts, run, options)),
    );
};

const addResume = (program: Command, parts: Parts, ended: Outcome): void => {
  withFleet(withWindow(withConsent(program.command('resume'))))
    .addOption(waiveOption())
    .argument('[run]', 'its id, the beginning of it, or last; otherwise the newest unfinished one')
    .description('go on with a run that failed, was blocked, interrupted or killed: asks for the same again')
    // Unlike elsewhere not from the environment: a run is found by its own inventory.
    .option(
      '-i, --inventory <file>',
      'only runs with this inventory; what this machine has no record of is asked of its clusters',
      collectPlaces,
    )
    .option('--cluster <name>', 'only runs of this cluster (may be given again)', collect)
    .option('--accept-new-host-keys', 'trust host keys that known_hosts does not have yet')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples(
        'nodeops resume',
        'nodeops resume last',
        '# from another machine than the one where it was begun:',
        'nodeops resume --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (run: string | undefined, options) =>
      ended(await (await import('./commands/resume.ts')).resume(parts, run, options)),
    );
};

/** Commands that work with the records of runs on this machine. */
export const addRecords = (program: Command, parts: Parts, ended: Outcome): void => {
  addRuns(program, parts, ended);
  addAudit(program, parts, ended);
  addResume(program, parts, ended);
};
