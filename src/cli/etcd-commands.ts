import type { Command } from 'commander';
import { examples, outputOption, waiveOption, withConsent, withFleet, withSelection, withWindow } from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

const looking = (command: Command): Command => withSelection(command).addOption(outputOption());
const changing = (command: Command): Command => withConsent(looking(command)).addOption(waiveOption());

const addAlarms = (etcd: Command, parts: Parts, ended: Outcome): void => {
  const alarms = etcd.command('alarms').description('see which alarms are raised, or end them');
  looking(alarms.command('list', { isDefault: true }))
    .description('which alarms are raised; changes nothing')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd alarms --inventory prod.yaml',
        'nodeops etcd alarms list --inventory prod.yaml --output json',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdAlarmsCommand(parts, options)));
  changing(alarms.command('disarm'))
    .description('an etcd without space takes writes again: compact, defragment, disarm, in this order')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd alarms disarm --inventory prod.yaml --cluster paris --dry-run',
        'nodeops etcd alarms disarm --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdDisarm(parts, options)));
};

const addLooks = (etcd: Command, parts: Parts, ended: Outcome): void => {
  looking(etcd.command('status'))
    .description('how every member is: role, health, raft, size; changes nothing')
    .addHelpText(
      'after',
      examples('nodeops etcd status --inventory prod.yaml', 'nodeops etcd status --inventory prod.yaml --output json'),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdStatusCommand(parts, options)));
  looking(etcd.command('members'))
    .description('who the members are: id, role, addresses; changes nothing')
    .addHelpText('after', examples('nodeops etcd members --inventory prod.yaml --cluster paris'))
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdMembersCommand(parts, options)));
};

/** What members run, and what they are made of. */
const addMembers = (etcd: Command, parts: Parts, ended: Outcome): void => {
  withFleet(withWindow(changing(etcd.command('upgrade'))))
    .description('to another patch of its minor, one member at a time: what the way from 3.5 to 3.6 needs first')
    .option('--image <image>', 'the image, for example registry.k8s.io/etcd:3.5.26-0')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd upgrade --inventory prod.yaml --cluster paris --image registry.k8s.io/etcd:3.5.26-0 --dry-run',
        'nodeops etcd upgrade --inventory prod.yaml --cluster paris --image registry.k8s.io/etcd:3.5.26-0 --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdUpgrade(parts, options)));
  withFleet(withWindow(changing(etcd.command('downgrade'))))
    .description(
      'from 3.6 back to 3.5, one member at a time, after `nodeops rollback` went below 1.34; nothing written is lost',
    )
    .addHelpText(
      'after',
      examples(
        'nodeops etcd downgrade --inventory prod.yaml --cluster paris --dry-run',
        'nodeops etcd downgrade --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdDowngrade(parts, options)));
  changing(etcd.command('replace-member <node>'))
    .description('replace the one member that was lost, its host being alive: learner first, what is left of it kept')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd replace-member paris-cp2 --inventory prod.yaml --cluster paris --dry-run',
        'nodeops etcd replace-member paris-cp2 --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (node: string, options) =>
      ended(await (await import('./commands/etcd-replace-member.ts')).etcdReplaceMember(parts, node, options)),
    );
};

/** Commands about etcd. They ask it on its own nodes: no API server has to answer, no kubelet to run. */
export const addEtcd = (program: Command, parts: Parts, ended: Outcome): void => {
  const etcd = program.command('etcd').description('look after etcd: also while no API server answers');
  addLooks(etcd, parts, ended);
  addAlarms(etcd, parts, ended);
  withFleet(withWindow(changing(etcd.command('defrag'))))
    .description('give back what the databases take and no key needs: one member at a time, the leader last')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd defrag --inventory prod.yaml --cluster paris --dry-run',
        'nodeops etcd defrag --inventory prod.yaml --cluster paris --yes',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdDefrag(parts, options)));
  addMembers(etcd, parts, ended);
  changing(etcd.command('snapshot'))
    .description('take a snapshot, verify it, and copy it here')
    .option('--out <folder>', 'a folder that gets a copy, beside the one that nodeops keeps')
    .addHelpText(
      'after',
      examples(
        'nodeops etcd snapshot --inventory prod.yaml --cluster paris --yes',
        'nodeops etcd snapshot --inventory prod.yaml --cluster paris --yes --out /backup',
      ),
    )
    .action(async (options) => ended(await (await import('./commands/etcd.ts')).etcdSnapshot(parts, options)));
};
