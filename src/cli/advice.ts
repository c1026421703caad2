import type { ChecklistItem } from '../report/checklist-text.ts';

/**
 * What follows from a list that was compared with how it was: where all that is missed are applications, and all of the
 * platform was seen and is well, taking the cluster back would not mend them.
 */
export const adviceOf = (cluster: string, items: readonly ChecklistItem[], all: boolean): readonly string[] => {
  const misses = items.flatMap((item) => item.misses);
  const applications = [...new Set(misses.flatMap(({ application }) => application ?? []))];
  const broken = misses.every(({ application }) => application !== undefined) && applications.length > 0;
  if (!broken || !all || items.some(({ unread }) => unread.length > 0)) return [];
  const [first = ''] = applications;
  const [namespace = '', name] = first.split('/');
  const deployment = name === undefined ? 'DEPLOYMENT' : name;
  return [
    `${cluster}: the platform is well, only applications broke: ${applications.join(', ')}`,
    `    take back the application first, not the cluster: kubectl -n ${namespace} rollout history deployment/${deployment}, then kubectl -n ${namespace} rollout undo deployment/${deployment} (or helm rollback)`,
  ];
};
