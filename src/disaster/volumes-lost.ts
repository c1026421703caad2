import type { Lack, RecoveryStep } from '../model/disaster.ts';
import { lossSince } from './expected.ts';
import { listed } from './listed.ts';
import type { DisasterSight, Foreseen } from './sight.ts';

const coverageLacks = (sight: DisasterSight, claims: readonly string[]): readonly Lack[] => {
  const [newest] = sight.backups;
  const fix = 'a hook in `backup: { application: … }` of the inventory that saves them: docs/backup.md';
  if (newest === undefined)
    return claims.length === 0 ? [] : [{ grave: true, what: `in no backup: ${listed(claims)}`, fix }];
  const { notCovered, claims: counted, id } = newest;
  const left = claims.filter((claim) => notCovered?.includes(claim) === true);
  const failed: readonly Lack[] =
    newest.failedHooks === 0
      ? []
      : [
          {
            grave: true,
            what: `${newest.failedHooks} of the hooks failed in the backup ${id}`,
            fix: `nodeops backup verify ${id} ${sight.selection}`,
          },
        ];
  if (left.length > 0) return [...failed, { grave: true, what: `in no backup: ${listed(left)}`, fix }];
  const unnamed = notCovered === undefined && (counted?.notCovered ?? 0) > 0;
  return unnamed
    ? [
        ...failed,
        { grave: true, what: `${counted?.notCovered ?? 0} of ${counted?.total ?? 0} claims are in no backup`, fix },
      ]
    : failed;
};

const stepsOf = ({ cluster, selection, backups }: DisasterSight): readonly RecoveryStep[] => {
  const { application } = cluster.backup;
  return [
    {
      type: `nodeops backup verify ${backups[0]?.id ?? 'last'} ${selection}`,
      why: 'Says which hook saved which claim, and what it printed: under which name its part is kept',
    },
    ...application.map(({ name, argv }) => ({
      type: `bring back what the hook ${name} saved (${argv.join(' ')})`,
      why: 'As its own documentation says: nodeops does not know how',
    })),
    ...(application.length === 0
      ? [
          {
            type: 'bring the content back from wherever it is saved',
            why: 'The inventory names no hook that saves any',
          },
        ]
      : []),
  ];
};

const impactOf = (claims: readonly string[] | undefined): readonly string[] => {
  if (claims === undefined) return ['which volumes there are was not told'];
  if (claims.length === 0) return ['there are no persistent volumes: nothing'];
  return [
    `the content of ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}: ${listed(claims)}`,
    'their pods fail; etcd, and so every object, is untouched, and no restore of etcd brings content back',
  ];
};

/** What stores the content of volumes is lost. Kubernetes knows claims, not content. */
export const volumesLost = (sight: DisasterSight): Foreseen => {
  const claims = sight.seen?.volumes.flatMap(({ namespace, claim }) => (claim === '' ? [] : [`${namespace}/${claim}`]));
  const common = { title: 'What stores the volumes is lost', impact: impactOf(claims) };
  if (claims?.length === 0)
    return {
      ...common,
      steps: [],
      missing: [],
      recovery: { how: 'nothing to bring back' },
      loss: { ms: 0, how: 'nothing' },
    };
  return {
    ...common,
    steps: stepsOf(sight),
    missing: coverageLacks(sight, claims ?? []),
    recovery: { how: 'nobody measured it: how long the content takes to come back' },
    loss: lossSince(sight),
  };
};
