import { Command, CommanderError, Option } from 'commander';
import { exitCode, InvalidInput, UsageError } from '../model/errors.ts';
import { addBackup } from './backup-commands.ts';
import { addCertificates } from './certificate-commands.ts';
import { addCleanup } from './cleanup-commands.ts';
import { addClusters } from './cluster-commands.ts';
import { addDaemon } from './daemon-commands.ts';
import { addEtcd } from './etcd-commands.ts';
import { addKubelets } from './kubelet-commands.ts';
import { addRuntimes } from './runtime-commands.ts';
import { addLooking } from './look-commands.ts';
import { addNodes } from './node-commands.ts';
import { addPlaybooks } from './playbook-commands.ts';
import { addRecords } from './record-commands.ts';
import {
  collectWhole,
  examples,
  outputOption,
  withConsent,
  withFleet,
  withPlaybook,
  withSelection,
  withWindow,
} from './options.ts';
import type { Parts } from './parts.ts';
import { addDrill } from './drill-commands.ts';
import { addPractice } from './practice-commands.ts';
import { addTrying } from './try-commands.ts';
import { downtimeOption, drainOption, withWay } from './way.ts';

type Outcome = (code: number) => void;

const addUpgrade = (program: Command, parts: Parts, ended: Outcome): void => {
  withFleet(withWindow(withConsent(withWay(withPlaybook(program.command('upgrade'))))))
    .description('take clusters to another Kubernetes version, control planes first, then workers')
    .addOption(
      new Option('--strategy <how>', 'surge: spare machines join before a worker is taken out').choices(['surge']),
    )
    .option('--max-surge <machines>', 'with --strategy surge: so many spare machines, 1 unless said')
    .option('--plan <file>', 'a plan that `nodeops plan --out` saved: nothing else is done')
    .option('--re-plan', 'with --plan: show what is different by now, and go on with the plan of now')
    .addHelpText(
      'after',
      examples(
        'nodeops upgrade --inventory prod.yaml --to 1.36.3 --dry-run',
        'nodeops upgrade --inventory prod.yaml --to 1.36.3 --via 1.35.4 --workers last',
        'nodeops upgrade --inventory prod.yaml --cluster paris --to 1.36.3 --yes',
        'nodeops upgrade --inventory prod.yaml --cluster paris --to 1.36.3 --os-patch',
        'nodeops upgrade --inventory prod.yaml --cluster paris --to 1.36.3 --strategy surge --max-surge 2',
        'nodeops upgrade --inventory prod.yaml --plan paris.plan',
        "nodeops upgrade --inventory prod.yaml --plan paris.plan --confirm paris --reason 'CHG-4711: 1.36'",
      ),
    )
    .action(async (options) =>
      ended(
        options.strategy === undefined && options.maxSurge === undefined
          ? await (await import('./commands/upgrade.ts')).upgrade(parts, options)
          : await (await import('./commands/upgrade-surge.ts')).upgradeSurge(parts, options),
      ),
    );
};

const addRollback = (program: Command, parts: Parts, ended: Outcome): void => {
  withFleet(withWindow(withConsent(withPlaybook(program.command('rollback')))))
    .argument('[run]', 'the upgrade to go back from: its id, the beginning of it, or last')
    .description('take clusters back to the version before an upgrade, without touching etcd’s data')
    .option('--to <version>', 'the version to go back to; otherwise the one before the run')
    .addOption(drainOption())
    .addOption(downtimeOption())
    .addHelpText(
      'after',
      examples(
        'nodeops rollback last --dry-run',
        'nodeops rollback 2026-11-21-0930 --yes',
        'nodeops rollback --inventory prod.yaml --cluster paris --to 1.35.4',
      ),
    )
    .action(async (run: string | undefined, options) =>
      ended(await (await import('./commands/rollback.ts')).rollback(parts, run, options)),
    );
};

const addPlan = (program: Command, parts: Parts, ended: Outcome): void => {
  withWay(withPlaybook(program.command('plan')))
    .description('show what an upgrade would do; changes nothing')
    .option('--out <file>', 'save the plan; `nodeops upgrade --plan` then does that and nothing else')
    .option('--force', 'write over the file of --out')
    .addHelpText(
      'after',
      examples(
        'nodeops plan --inventory prod.yaml --to 1.36.3',
        'nodeops plan --inventory prod.yaml --to 1.36.3 --out paris.plan',
        'nodeops plan --inventory prod.yaml --to 1.36.3 --output json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/upgrade.ts')).plan(parts, options)));
};

const addCheck = (program: Command, parts: Parts, ended: Outcome): void => {
  withWay(withPlaybook(program.command('check')))
    .description('ask every gate of an upgrade, and show what stands in its way; changes nothing')
    .addHelpText(
      'after',
      examples(
        'nodeops check --inventory prod.yaml --to 1.36.3',
        'nodeops check --inventory prod.yaml --to 1.36.3 --output json',
        "nodeops check --inventory prod.yaml --to 1.36.3 --waive disk-space='the volume grows at midnight'",
      ),
    )
    .action(async (options) => ended(await (await import('./commands/check.ts')).check(parts, options)));
};

const addRun = (program: Command, parts: Parts, ended: Outcome): void => {
  withFleet(withWindow(withConsent(withPlaybook(program.command('run <playbook>')))))
    .description('run a playbook: the name of a shipped one, or a file')
    .option('--set <name=value>', 'a parameter of the playbook (may be given again)', collectWhole)
    .addHelpText(
      'after',
      examples(
        'nodeops run upgrade --set version=1.36.3 --inventory prod.yaml',
        'nodeops run ./my-playbook.yaml --inventory prod.yaml --dry-run',
      ),
    )
    .action(async (playbook: string, options) =>
      ended(await (await import('./commands/run.ts')).run(parts, playbook, options)),
    );
};

const addLock = (program: Command, parts: Parts, ended: Outcome): void => {
  const lock = program.command('lock').description('see who owns a cluster, or take it from an owner that is gone');
  withSelection(lock.command('show'))
    .description('who owns the clusters, and what their nodes know of it; changes nothing')
    .addOption(outputOption())
    .addHelpText(
      'after',
      examples('nodeops lock show --inventory prod.yaml', 'nodeops lock show --inventory prod.yaml --output json'),
    )
    .action(async (options) => ended(await (await import('./commands/lock.ts')).lockShow(parts, options)));
  withSelection(lock.command('break'))
    .description('take a cluster from its owner, which can write no more from then on')
    .option('--reason <text>', 'why; it is kept in the lease')
    .option('-y, --yes', 'do not ask before')
    .addHelpText(
      'after',
      examples("nodeops lock break --inventory prod.yaml --cluster paris --reason 'the laptop was lost'"),
    )
    .action(async (options) => ended(await (await import('./commands/lock.ts')).lockBreak(parts, options)));
};

/** Commands are described here and loaded when they run, so that `nodeops --version` stays quick. */
const createProgram = (parts: Parts, ended: Outcome): Command => {
  const program = new Command('nodeops')
    .description('Takes kubeadm clusters through maintenance over SSH and never leaves one half-done.')
    .version(parts.version)
    .showHelpAfterError('(see nodeops --help)')
    .configureOutput({ writeOut: (text) => parts.stdout.write(text), writeErr: (text) => parts.stderr.write(text) })
    .exitOverride();
  addUpgrade(program, parts, ended);
  addRollback(program, parts, ended);
  addPlan(program, parts, ended);
  addCheck(program, parts, ended);
  addRun(program, parts, ended);
  addDaemon(program, parts, ended);
  addPlaybooks(program, parts, ended);
  addLooking(program, parts, ended);
  addClusters(program, parts, ended);
  addNodes(program, parts, ended);
  addCleanup(program, parts, ended);
  addKubelets(program, parts, ended);
  addRuntimes(program, parts, ended);
  addTrying(program, parts, ended);
  addPractice(program, parts, ended);
  addDrill(program, parts, ended);
  addCertificates(program, parts, ended);
  addEtcd(program, parts, ended);
  addBackup(program, parts, ended);
  addRecords(program, parts, ended);
  addLock(program, parts, ended);
  return program;
};

/** Runs one command line and returns the exit code; what the operator got wrong is said without a stack. */
export const runProgram = async (argv: readonly string[], parts: Parts): Promise<number> => {
  let code: number = exitCode.done;
  try {
    await createProgram(parts, (ended) => (code = ended)).parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
    if (error instanceof Error && 'fix' in error && typeof error.fix === 'string') {
      // Where only the message is shown, some hold the fix as well.
      parts.stderr.write(`nodeops: ${error.message.replace(`. ${error.fix}`, '')}\n    ${error.fix}\n`);
      return exitCode.failed;
    }
    if (!(error instanceof UsageError)) throw error;
    if (error instanceof InvalidInput) {
      const { length } = error.problems;
      parts.stderr.write(
        `${error.message}\nnodeops: ${length === 1 ? 'one problem' : `${length} problems`}, nothing was touched\n`,
      );
      return exitCode.usage;
    }
    parts.stderr.write(`nodeops: ${error.message}\n`);
    return exitCode.usage;
  }
};
