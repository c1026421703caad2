import type { Recording } from '../../docker/record/recording.ts';
import type { ClusterState, LabState } from '../../docker/record/state.ts';
import type { Workload } from '../../src/simulator/cluster/first-objects.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { setObjects } from './set-objects.ts';
import { setMachine, settleKubelet } from './set-machine.ts';
import { hostOf, pass, simulatedLab } from './simulated-lab.ts';

/** Static pods and kubelets of other versions than the cluster's have come up after that. */
const settleMs = 300_000;

const workloadsOf = ({ workloads, budgets, pods }: ClusterState): readonly Workload[] =>
  workloads
    .filter(({ namespace }) => namespace !== 'kube-system')
    .map(({ namespace, kind, name, replicas }) => {
      const budget = budgets.find((one) => one.namespace === namespace && one.name === name);
      const own = pods.filter((pod) => pod.owner?.includes(`/${name}-`) === true);
      return {
        namespace,
        name,
        kind: kind === 'DaemonSet' ? 'DaemonSet' : 'Deployment',
        replicas,
        emptyDir: own.length > 0 && own.every(({ emptyDirs }) => emptyDirs.length > 0),
        graceSeconds: 10,
        ...(budget === undefined
          ? {}
          : {
              budget: {
                ...(budget.minAvailable === undefined ? {} : { minAvailable: budget.minAvailable }),
                ...(budget.maxUnavailable === undefined ? {} : { maxUnavailable: budget.maxUnavailable }),
              },
            }),
      };
    });

/** What the API held last: where no API server answers, its objects are what they were. */
const clusterAt = ({ states }: Recording, id: number): ClusterState => {
  for (let at = id; at >= 0; at -= 1) {
    const cluster = states.get(at)?.cluster;
    if (cluster !== undefined) return cluster;
  }
  throw new Error(`no state up to ${id} tells what the cluster holds`);
};

const versionOf = (recording: Recording, cluster: ClusterState): string => {
  const hash = cluster.configMaps['kube-system/kubeadm-config']?.['ClusterConfiguration'] ?? '';
  const version = /^kubernetesVersion: v(\S+)$/m.exec(recording.texts.get(hash) ?? '')?.[1];
  if (version === undefined) throw new Error('the recorded kubeadm-config names no version');
  return version;
};

/** @throws Error for an id that the recording does not have. */
export const stateOf = ({ states }: Recording, id: number): LabState => {
  const state = states.get(id);
  if (state === undefined) throw new Error(`the recording has no state ${id}`);
  return state;
};

/** A simulated cluster in a recorded state, as far as a recording tells it. */
export const worldFrom = (recording: Recording, id: number): World => {
  const state = stateOf(recording, id);
  const cluster = clusterAt(recording, id);
  const world = simulatedLab(recording.head, versionOf(recording, cluster), workloadsOf(cluster));
  // What is written from here on is newer than what the hosts were made with.
  pass(world, 1000);
  const moved = Object.entries(state.machines)
    .map(([name, machine]) => setMachine(hostOf(world, name), machine, recording.texts))
    .includes(true);
  if (moved) pass(world, settleMs);
  setObjects(world, cluster, recording.texts);
  pass(world, 3000);
  for (const [name, machine] of Object.entries(state.machines)) settleKubelet(hostOf(world, name), machine, state);
  return world;
};
