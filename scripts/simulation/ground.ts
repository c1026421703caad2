import { Kernel } from '../../src/simulator/kernel.ts';
import { Random } from '../../src/simulator/random.ts';
import type { Wakes } from '../../src/simulator/simulation/program.ts';
import { Network } from '../../src/simulator/transport/network.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { buildWorld, type JoinedWish } from './joined-world.ts';
import type { CertificatesScenario } from './operations/certificates-scenario.ts';
import { machinesOf } from './operations/nodes-scenario.ts';
import { clusterName, workloadsOf, type Scenario, type Topology } from './scenario.ts';
import { createTrace, silent, type Trace } from './trace.ts';

/** 2026-11-21 09:00 UTC. The same in every simulation: what holds a date is rendered once. */
export const startMs = Date.UTC(2026, 10, 21, 9);

/** What one simulation stands on: time, chance, the model, the network to it. */
export interface Ground {
  readonly kernel: Kernel;
  readonly wakes: Wakes;
  readonly random: Random;
  readonly world: World;
  readonly network: Network;
  readonly sshd: Sshd;
  readonly trace: Trace;
}

/** One cluster of a simulation, as it is before anybody touched it. */
export interface ClusterWish extends Topology {
  readonly name: string;
  readonly from: string;
  readonly mirrorPassword?: string;
  /** Days since its certificates were signed, and whether the key of their authority is elsewhere. */
  readonly certificates?: Pick<CertificatesScenario, 'age' | 'keyElsewhere'>;
  readonly systems?: JoinedWish['systems'];
  readonly joined?: boolean;
  readonly bareWorkers?: number;
  /** There is no cluster yet. */
  readonly bare?: JoinedWish['bare'];
  readonly networkFrom?: string | undefined;
  readonly bareControlPlanes?: number;
  /** Hosts that died, and whose names other machines have. */
  readonly exchanged?: readonly string[];
  /** The key of the cluster's authority is on its control planes. */
  readonly hasAuthority?: boolean;
}

/** A healthy cluster, among others or alone, on a kernel that all share. */
export const layCluster = (
  shared: Pick<Ground, 'kernel' | 'wakes' | 'random' | 'trace'>,
  { name, controlPlanes, workers, from, mirrorPassword, certificates, systems, ...others }: ClusterWish,
): Ground => {
  const { kernel, random } = shared;
  const { joined, bareWorkers = 0, bareControlPlanes = 0, exchanged, hasAuthority } = others;
  const { world, sshd } = buildWorld({
    kernel,
    random: random.fork(),
    cluster: name,
    controlPlanes,
    workers,
    version: from,
    workloads: workloadsOf({ controlPlanes, workers }),
    mirrorPassword,
    ...(certificates === undefined
      ? {}
      : { certificatesAge: certificates.age, hasAuthority: !certificates.keyElsewhere }),
    systems,
    ...(joined === undefined ? {} : { joined }),
    ...(hasAuthority === undefined ? {} : { hasAuthority }),
    bareWorkers,
    bareControlPlanes,
    exchanged,
    ...(others.bare === undefined ? {} : { bare: others.bare }),
    ...(others.networkFrom === undefined ? {} : { networkFrom: others.networkFrom }),
  });
  return { ...shared, world, sshd, network: new Network(world, random.fork()) };
};

/** A healthy cluster on a kernel of its own. */
export const layAlone = (wish: ClusterWish & Pick<Scenario, 'seed'>, traced: boolean): Ground => {
  const kernel = new Kernel(startMs);
  const random = new Random(wish.seed).fork();
  const trace = traced ? createTrace(() => kernel.now) : silent;
  return layCluster({ kernel, wakes: { woken: false }, random, trace }, wish);
};

/** A healthy cluster as the scenario has it, before anybody touched it. */
export const layGround = (scenario: Scenario, traced: boolean): Ground =>
  layAlone(
    {
      ...scenario,
      name: clusterName,
      systems: (scenario.maintenance ?? scenario.patches)?.systems,
      ...(scenario.etcd === undefined ? {} : { joined: scenario.etcd.joined }),
      ...(scenario.nodes === undefined ? {} : machinesOf(scenario.nodes)),
    },
    traced,
  );
