import { etcdHosts, etcdPlaces } from '../model/cluster.ts';
import type { Lack, RecoveryStep } from '../model/disaster.ts';
import { backupLacks, lossSince, recoveryTime } from './expected.ts';
import type { DisasterSight, Foreseen } from './sight.ts';

const external: Lack = {
  grave: true,
  what: 'etcd runs on hosts of its own: nodeops restores only etcd on control planes',
  fix: 'try it by hand before it is needed: docs/restore.md, "By hand"',
};

const stepsOf = ({ cluster, selection, backups }: DisasterSight): readonly RecoveryStep[] => {
  const names = etcdPlaces(cluster).map(({ name }) => name);
  return [
    {
      type: `nodeops etcd status ${selection}`,
      why: 'Which members still answer; where most of them do, nothing has to be restored',
    },
    ...(names.length < 3
      ? []
      : [
          {
            type: `nodeops etcd replace-member ${names[0] ?? ''} ${selection}`,
            why: 'Where only the data of one member are broken: it gets those of the others',
          },
        ]),
    {
      type: `nodeops restore ${backups[0]?.id ?? 'last'} ${selection}`,
      why: `etcd of ${names.join(', ')} out of one snapshot, with what still answers kept aside`,
    },
    { type: `nodeops verify ${selection}`, why: 'It is whole' },
  ];
};

/** The data of all etcd members are broken, or somebody deleted what nobody meant to delete. */
export const etcdCorrupted = (sight: DisasterSight): Foreseen => ({
  title: 'The data of etcd are broken, on all members',
  impact: [
    'the API is away, also during the restore; pods go on as they are',
    'what was made since the backup is unknown to the cluster afterwards: its pods are ended, what was deleted since comes back',
  ],
  steps: stepsOf(sight),
  missing: [...(etcdHosts(sight.cluster).length > 0 ? [external] : []), ...backupLacks(sight)],
  recovery: recoveryTime(sight, ['restore'], ''),
  loss: lossSince(sight),
});
