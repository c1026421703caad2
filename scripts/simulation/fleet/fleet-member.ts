import type { Fault } from '../../../src/simulator/faults/fault.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import { Oracle } from '../../../src/simulator/oracle/oracle.ts';
import type { Program } from '../../../src/simulator/simulation/program.ts';
import { Faults } from '../faults.ts';
import type { Ground } from '../ground.ts';
import { CommandWatch, watchedBy, type Observers } from '../observer.ts';
import { ShownOutput } from '../shown-output.ts';
import { seenWindow } from '../window.ts';
import type { FleetCluster } from './fleet-scenario.ts';

/** What one program came to in one cluster. */
export interface OwnEnd {
  /** When its last look at the whole cluster began: what came up later it could not see. */
  lookedAt: number;
  /** How its run there ended; missing where none began. */
  outcome?: string;
  /** What it took for the reason where a step failed. */
  reason?: string;
  /** Hosts that a fault kept away when it ended. */
  away: readonly string[];
  /** A step of it changed something. */
  gotOn: boolean;
}

/** One cluster of a simulated fleet, with its own faults and its own oracle. */
export class FleetMember {
  readonly cluster: FleetCluster;
  readonly ground: Ground;
  readonly wish: Wish;
  readonly oracle: Oracle;
  readonly trouble: Faults;
  readonly watch: CommandWatch;
  readonly shown: ShownOutput;
  readonly observers: Observers;
  readonly #ends = new Map<Program, OwnEnd>();

  constructor(
    cluster: FleetCluster,
    ground: Ground,
    faults: readonly Fault[],
    around: { to: string; calm: boolean; secondOperator: () => void },
  ) {
    this.cluster = cluster;
    this.ground = ground;
    this.wish = {
      version: around.to,
      maxUnavailable: 1,
      deleteEmptyDirData: true,
      ...seenWindow(cluster, around.calm),
    };
    this.oracle = new Oracle(ground.world, this.wish);
    this.trouble = new Faults(ground, faults, around.to, around.secondOperator);
    this.observers = watchedBy(this.oracle, this.trouble);
    this.watch = new CommandWatch(ground, this.observers);
    this.shown = new ShownOutput(ground.world);
  }

  get name(): string {
    return this.cluster.name;
  }

  get hosts(): readonly string[] {
    return [...this.ground.world.hosts.keys()];
  }

  /** What a program came to here, from its start on. */
  endOf(program: Program): OwnEnd {
    const end = this.#ends.get(program) ?? { lookedAt: this.ground.kernel.now, away: [], gotOn: false };
    this.#ends.set(program, end);
    return end;
  }
}
