import type { Expected, Lack } from '../model/disaster.ts';
import type { DisasterSight, KeptBackup, RecoveryPlaybook } from './sight.ts';

/** On the lab, small clusters, machines at hand: docs/create.md and docs/restore.md have the runs. */
const onTheLab: Readonly<Record<RecoveryPlaybook, number>> = {
  'node-forget': 61_000,
  'node-add': 60_000,
  restore: 115_000,
  'restore-onto': 153_000,
};

/** How long playbooks take one after the other: as this machine knows it of the cluster, otherwise as it was on the lab. */
export const recoveryTime = (
  { past }: DisasterSight,
  playbooks: readonly RecoveryPlaybook[],
  besides: string,
): Expected => {
  const known = playbooks.flatMap((name) => past[name] ?? []);
  const ms = playbooks.reduce((sum, name) => sum + (past[name]?.ms ?? onTheLab[name]), 0);
  const whence =
    known.length === playbooks.length
      ? `as runs of this machine took (${known.map(({ runs }) => runs).join(' and ')})`
      : 'as on a small cluster of the lab: no run of this machine tells of this one';
  return { ms, how: [whence, besides].filter((text) => text !== '').join('; ') };
};

/** The backup that a restore would take: the newest. */
export const newestOf = ({ backups }: DisasterSight): KeptBackup | undefined => backups[0];

/** How old what comes back from it would be. */
export const lossSince = (sight: DisasterSight): Expected => {
  const newest = newestOf(sight);
  return newest === undefined
    ? { how: 'everything: there is no backup' }
    : { ms: sight.now - newest.takenAt, how: `what was written since the backup ${newest.id}` };
};

const dayMs = 24 * 3_600_000;

/** What is wrong with what a restore would begin with. */
export const backupLacks = (sight: DisasterSight): readonly Lack[] => {
  const { cluster, selection, now } = sight;
  const newest = newestOf(sight);
  if (newest === undefined)
    return [
      {
        grave: true,
        what: 'there is no whole backup',
        fix:
          cluster.backup.to.length === 0
            ? '`backup: { to: … }` in the inventory, and `nodeops backup timer`: docs/backup.md'
            : `nodeops backup ${selection}`,
      },
    ];
  const { id, takenAt, verified, places } = newest;
  const most = cluster.backup.maxAgeMs ?? 7 * dayMs;
  const test = `nodeops backup verify ${id} --restore-test ${selection}`;
  return [
    ...(now - takenAt > most
      ? [{ grave: true, what: `the newest backup, ${id}, is older than it may be`, fix: `nodeops backup ${selection}` }]
      : []),
    ...(verified === 'restore'
      ? []
      : [
          {
            grave: false,
            what: `the backup ${id} was ${verified === undefined ? 'never verified' : 'verified, but never restored for a test'}`,
            fix: test,
          },
        ]),
    ...(places.length === 1
      ? [
          {
            grave: false,
            what: `the backup ${id} lies in one place only: ${places[0] ?? ''}`,
            fix: 'a second place in `backup: { to: … }` of the inventory',
          },
        ]
      : []),
  ];
};
