import { Kernel } from '../../src/simulator/kernel.ts';
import { Random } from '../../src/simulator/random.ts';
import type { Wakes } from '../../src/simulator/simulation/program.ts';
import { Network } from '../../src/simulator/transport/network.ts';
import type { Sshd } from '../../src/simulator/transport/sshd.ts';
import type { World } from '../../src/simulator/world/host.ts';
import { buildWorld } from './joined-world.ts';
import { clusterName, workloadsOf, type Scenario } from './scenario.ts';
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

/** A healthy cluster as the scenario has it, before anybody touched it. */
export const layGround = (scenario: Scenario, traced: boolean): Ground => {
  const kernel = new Kernel(startMs);
  const random = new Random(scenario.seed).fork();
  const { world, sshd } = buildWorld({
    kernel,
    random: random.fork(),
    cluster: clusterName,
    controlPlanes: scenario.controlPlanes,
    workers: scenario.workers,
    version: scenario.from,
    workloads: workloadsOf(scenario),
    mirrorPassword: scenario.mirrorPassword,
  });
  const network = new Network(world, random.fork());
  return {
    kernel,
    wakes: { woken: false },
    random,
    world,
    network,
    sshd,
    trace: traced ? createTrace(() => kernel.now) : silent,
  };
};
