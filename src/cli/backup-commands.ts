import type { Command } from 'commander';
import {
  collect,
  examples,
  inventoryOption,
  outputOption,
  waiveOption,
  withConsent,
  withSelection,
} from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const withPlace = (command: Command): Command =>
  withSelection(command)
    .option('--to <place>', 'a directory, ssh://user@host:port/directory or s3://bucket/prefix, instead of `backup.to`')
    .addOption(outputOption());

const addCreate = (backup: Command, parts: Parts, ended: Outcome): void => {
  withConsent(withPlace(backup.command('create', { isDefault: true })))
    .addOption(waiveOption())
    .option('--objects', 'every API object as text, too; Secrets only where the backup is encrypted')
    .description('back up etcd, the nodes’ configuration and certificates, and what a restore has to know')
    .addHelpText(
      'after',
      examples(
        'nodeops backup --inventory prod.yaml --cluster paris --yes',
        'nodeops backup create --inventory prod.yaml --to /backup --dry-run',
        'nodeops backup create --inventory prod.yaml --to ssh://backup@10.0.0.5/srv/backup --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/backup.ts')).backupCreate(parts, options)));
};

const addRestore = (program: Command, parts: Parts, ended: Outcome): void => {
  withConsent(withSelection(program.command('restore')))
    .argument('[backup]', 'its name, as `nodeops backup list` shows it, or last: the newest', 'last')
    .addOption(waiveOption())
    .addOption(outputOption())
    .option(
      '--from <place>',
      'a directory, ssh://user@host:port/directory or s3://bucket/prefix, instead of `backup.to`',
    )
    .option('--identity <file>', 'secret keys of age (age-keygen), for an encrypted backup')
    .option(
      '--onto <file>',
      'the machines are gone: restore onto the bare hosts of this inventory, which is instead of --inventory',
    )
    .option(
      '--endpoint <host:port>',
      'with --onto: where API servers are asked for from now on, instead of where they were',
    )
    .option('--again', 'once more, although this backup was restored already: what was written since is lost')
    .description('restore etcd of all control planes from one backup: everything written since is lost')
    .addHelpText(
      'after',
      examples(
        'nodeops restore last --inventory prod.yaml --cluster paris --dry-run',
        'nodeops restore last --inventory prod.yaml --cluster paris',
        'nodeops restore 2026-11-21-235810-875f --inventory prod.yaml --cluster paris --yes',
        'nodeops restore last --onto recovery.yaml --cluster paris --from /srv/backup',
      ),
    )
    .action(async (name: string, options) =>
      ended(
        options.onto === undefined && options.endpoint === undefined
          ? await (await import('./commands/restore.ts')).restore(parts, name, options)
          : await (await import('./commands/restore-onto.ts')).restoreOnto(parts, name, options),
      ),
    );
};

/** Commands about backups. None of them needs an API server. */
export const addBackup = (program: Command, parts: Parts, ended: Outcome): void => {
  addRestore(program, parts, ended);
  const backup = program.command('backup').description('back clusters up, and look after their backups');
  addCreate(backup, parts, ended);
  withPlace(backup.command('list'))
    .description('the backups of all places; changes nothing')
    .addHelpText(
      'after',
      examples('nodeops backup list --inventory prod.yaml', 'nodeops backup list --inventory prod.yaml --output json'),
    )
    .action(async (options) => ended(await (await import('./commands/backup-list.ts')).backupList(parts, options)));
  withConsent(withPlace(backup.command('verify [id]')))
    .description('read every byte of a backup and compare it with what was stored; without an id: of the newest')
    .option('--restore-test', 'also restore the snapshot beside the running etcd, read it back, and remove it again')
    .option('--identity <file>', 'secret keys of age (age-keygen): looks inside an encrypted backup as well')
    .addHelpText(
      'after',
      examples(
        'nodeops backup verify --inventory prod.yaml --cluster paris',
        'nodeops backup verify --inventory prod.yaml --cluster paris --restore-test --yes',
        'nodeops backup verify 2026-11-21-093012-1f3a --inventory prod.yaml --identity key.txt',
      ),
    )
    .action(async (id: string | undefined, options) =>
      ended(await (await import('./commands/backup-verify.ts')).backupVerify(parts, id, options)),
    );
  backup
    .command('timer')
    .addOption(inventoryOption())
    .option('--cluster <name>', 'only this cluster (may be given again)', collect)
    .description('print a service and a timer of systemd that back up by themselves; installs nothing')
    .addHelpText('after', examples('nodeops backup timer --inventory prod.yaml --cluster paris'))
    .action(async (options) => ended((await import('./commands/backup-timer.ts')).backupTimerCommand(parts, options)));
};
