import { disasterNames, type DisasterName, type DisasterOutlook } from '../model/disaster.ts';
import { controlPlaneLost } from './control-plane-lost.ts';
import { etcdCorrupted } from './etcd-corrupted.ts';
import type { DisasterSight, Foreseen } from './sight.ts';
import { volumesLost } from './volumes-lost.ts';
import { workerLost } from './worker-lost.ts';

const foreseen: Readonly<Record<DisasterName, (sight: DisasterSight) => Foreseen>> = {
  'worker-lost': workerLost,
  'control-plane-lost': controlPlaneLost,
  'etcd-corrupted': etcdCorrupted,
  'volumes-lost': volumesLost,
};

/** What each disaster would do to a cluster as it is now, what would be done about it, and what is missing. Pure. */
export const outlooksOf = (
  sight: DisasterSight,
  names: readonly DisasterName[] = disasterNames,
): readonly DisasterOutlook[] =>
  names.map((disaster) => {
    const tried = sight.tried[disaster];
    return {
      disaster,
      ...foreseen[disaster](sight),
      ...(tried === undefined ? {} : { tried }),
      overdue: tried === undefined || sight.now - tried.at > sight.everyMs,
    };
  });
