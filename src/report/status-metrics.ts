import { Gauge, Registry } from 'prom-client';
import { clusterStates, type ClusterStatus } from './status-text.ts';

/** The same as metrics, in the text format of Prometheus: for node_exporter's textfile collector. */
export const statusMetrics = async (all: readonly ClusterStatus[]): Promise<string> => {
  const registry = new Registry();
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
    new Gauge({ name: `nodeops_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const state = gauge('cluster_state', 'State of the cluster: 1 for the one that it is in.', ['cluster', 'state']);
  const nodes = gauge('nodes', 'Nodes of the inventory.', ['cluster', 'role']);
  const ready = gauge('nodes_ready', 'Nodes that are Ready.', ['cluster', 'role']);
  const updated = gauge('nodes_updated', 'Nodes on the wished version.', ['cluster', 'role']);
  const cordoned = gauge('nodes_cordoned', 'Nodes that take no new pods.', ['cluster']);
  const alerts = gauge('alerts', 'What somebody should look at.', ['cluster']);
  for (const status of all) {
    const { cluster } = status;
    for (const each of clusterStates) state.set({ cluster, state: each }, each === status.state ? 1 : 0);
    for (const [role, counts] of [
      ['control-plane', status.controlPlanes],
      ['worker', status.workers],
    ] as const) {
      nodes.set({ cluster, role }, counts.total);
      if (counts.ready !== undefined) ready.set({ cluster, role }, counts.ready);
      if (counts.updated !== undefined) updated.set({ cluster, role }, counts.updated);
    }
    cordoned.set({ cluster }, status.cordoned.length);
    alerts.set({ cluster }, status.alerts.length);
  }
  return registry.metrics();
};
