import { formatDuration } from './duration.ts';

/** What a restore onto other hosts brings. */
export interface RestoreOntoOutlook {
  readonly cluster: string;
  readonly backup: string;
  readonly restore: string;
  readonly state: 'new' | 'unfinished';
  readonly takenAt: string;
  readonly ageMs: number;
  readonly version: string;
  /** The first control plane and its address. */
  readonly first: string;
  readonly address: string;
  readonly endpoint: string;
  /** As the backup has it. */
  readonly endpointBefore?: string;
  readonly controlPlanes: { readonly now: number; readonly before: number };
  readonly workers: { readonly now: number; readonly before: number };
  /** Node objects that are removed. */
  readonly gone: readonly string[];
}

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** What is told before anybody is asked. */
export const restoreOntoOutlookText = (outlook: RestoreOntoOutlook): string => {
  const { cluster, backup, state, takenAt, ageMs, version, first, address, endpoint, endpointBefore, gone } = outlook;
  const { controlPlanes, workers } = outlook;
  const instead = endpointBefore === undefined || endpointBefore === endpoint ? '' : ` instead of ${endpointBefore}`;
  return [
    `${cluster}: ${state === 'unfinished' ? 'going on with the restore' : 'restore'} of ${backup}, taken ${takenAt} (${formatDuration(ageMs)} ago), onto other hosts`,
    `    Kubernetes ${version}; etcd is restored on ${first} (${address}); API servers are asked for at ${endpoint}${instead}`,
    `    ${counted(controlPlanes.now, 'control plane')} and ${counted(workers.now, 'worker')}; the backup has ${controlPlanes.before} and ${workers.before}`,
    ...(gone.length === 0 ? [] : [`    node objects that are removed: ${gone.join(', ')}`]),
    '    what was written since, and the content of volumes, is LOST',
    '',
  ].join('\n');
};

/** What came of it. */
export interface RestoreOntoResult {
  readonly cluster: string;
  readonly backup: string;
  readonly restore: string;
  readonly revision?: number;
  readonly objects?: number;
  /** Keys of etcd that the backup's manifest counts. */
  readonly keysThen: number;
  readonly nodes: readonly { readonly name: string; readonly ready: boolean; readonly version: string }[];
  /** Workloads that lack pods, of how many. */
  readonly workloads?: { readonly all: number; readonly lacking: readonly string[] };
}

/** What is told at the end. */
export const restoreOntoResultText = (result: RestoreOntoResult): string => {
  const { cluster, backup, revision, objects, keysThen, nodes, workloads } = result;
  return [
    `${cluster}: restored ${backup}${revision === undefined ? '' : `: etcd at revision ${revision}`}${objects === undefined ? '' : `, ${objects} objects; the backup had ${keysThen}`}`,
    `    nodes: ${nodes.map(({ name, ready, version }) => `${name} ${ready ? 'Ready' : 'NOT READY'} (${version})`).join(', ') || 'could not be asked'}`,
    ...(workloads === undefined
      ? []
      : [
          `    ${workloads.all - workloads.lacking.length} of ${counted(workloads.all, 'workload')} have all their pods${workloads.lacking.length === 0 ? '' : `; not yet: ${workloads.lacking.join(', ')}`}`,
        ]),
    `    machines of before that still run: kubeadm reset on each before anything leads to them again`,
    '',
  ].join('\n');
};
