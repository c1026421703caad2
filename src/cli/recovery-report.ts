import { restoreNameText } from '../backup/restore-name.ts';
import { etcdObjects } from '../facts/etcd-objects.ts';
import { etcdStatus } from '../facts/etcd-status.ts';
import { valueOf } from '../facts/fact.ts';
import { nodes as nodesFact } from '../facts/nodes.ts';
import { rolledOut, workloads as workloadsFact } from '../facts/workloads.ts';
import { controlPlanes, workers } from '../model/cluster.ts';
import { restoreOntoOutlookText, restoreOntoResultText, type RestoreOntoResult } from '../report/restore-onto-text.ts';
import { observeCluster } from '../run/observe.ts';
import type { OutputFormat, Parts } from './parts.ts';
import { goneOf, type Recovering } from './recovering.ts';

/** Tells what it brings and what it costs, before anybody is asked. */
export const tellOutlook = (parts: Parts, output: OutputFormat, recovering: Recovering): void => {
  const { session, selected, backup, saved, sight, decision, endpoint } = recovering;
  const { manifest } = backup;
  const before = (role: string): number => manifest.nodes.filter((node) => node.role === role).length;
  const outlook = {
    cluster: session.cluster.name,
    backup: manifest.id,
    restore: restoreNameText(decision.name),
    state: decision.state === 'unfinished' ? ('unfinished' as const) : ('new' as const),
    takenAt: manifest.takenAt,
    ageMs: session.clock.now() - Date.parse(manifest.takenAt),
    version: saved.version,
    first: sight.first.name,
    address: sight.first.address,
    endpoint,
    ...(saved.endpoint === undefined ? {} : { endpointBefore: saved.endpoint }),
    controlPlanes: { now: controlPlanes(selected.cluster).length, before: before('control-plane') },
    workers: { now: workers(selected.cluster).length, before: before('worker') },
    gone: goneOf(recovering),
  };
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify({ type: 'restore-onto', ...outlook })}\n` : restoreOntoOutlookText(outlook),
  );
};

/** Tells what came of it, by what answers now. */
export const tellResult = async (
  parts: Parts,
  output: OutputFormat,
  { session, backup: { manifest }, decision }: Recovering,
): Promise<void> => {
  const { observations } = await observeCluster(session, [etcdStatus, etcdObjects, nodesFact, workloadsFact]);
  const revisions = valueOf(etcdStatus, observations.get(etcdStatus.key))?.map(({ revision }) => revision) ?? [];
  const objects = valueOf(etcdObjects, observations.get(etcdObjects.key));
  const all = valueOf(workloadsFact, observations.get(workloadsFact.key));
  const lacking = all?.filter((each) => !rolledOut(each)).map(({ namespace, name }) => `${namespace}/${name}`);
  const result: RestoreOntoResult = {
    cluster: session.cluster.name,
    backup: manifest.id,
    restore: restoreNameText(decision.name),
    keysThen: manifest.etcd.keys,
    nodes: (valueOf(nodesFact, observations.get(nodesFact.key)) ?? []).map(({ name, ready, kubeletVersion }) => ({
      name,
      ready: ready === 'True',
      version: kubeletVersion,
    })),
    ...(revisions.length === 0 ? {} : { revision: Math.max(...revisions) }),
    ...(objects === undefined ? {} : { objects }),
    ...(all === undefined || lacking === undefined ? {} : { workloads: { all: all.length, lacking } }),
  };
  parts.stdout.write(
    output === 'json' ? `${JSON.stringify({ type: 'restored', ...result })}\n` : restoreOntoResultText(result),
  );
};
