import { isDeepStrictEqual } from 'node:util';
import type { ClusterWish } from '../../src/cli/cluster-wish.ts';
import { runPlaybook } from '../../src/cli/playbook-run.ts';
import { tellRun, type ToldRun } from '../../src/cli/told-run.ts';
import type { Parts } from '../../src/cli/parts.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { exitCode } from '../../src/model/errors.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import { beginOperation, type Operation } from './operations/operation.ts';
import type { Maintenance } from './maintenance.ts';
import { maintenanceWish } from './maintenance-wish.ts';
import type { Way } from './scenario.ts';
import {
  programParts,
  simulatedPlaybooks,
  type ProgramSurroundings,
  type SimulatedPlaybook,
  type Workplace,
} from './program-parts.ts';

/** How one program ended, and what it said. */
export interface AttemptEnd {
  /** `killed`: by a fault. An error is one that the product threw out of its command. */
  readonly how: { readonly code: number } | 'killed' | { readonly error: unknown };
  readonly stdout: string;
  readonly stderr: string;
}

export interface AttemptWish {
  readonly cluster: Cluster;
  readonly version: string;
  readonly way: Way;
  readonly playbook: SimulatedPlaybook;
  /** Where that is one of nodes. */
  readonly maintenance?: Maintenance;
  readonly dryRun: boolean;
  /** What is typed in the place of the playbook. */
  readonly operation?: Operation | undefined;
  /** On a machine without the run's record: the cluster is asked what was begun. */
  readonly elsewhere: boolean;
  /** The runs that were begun for the same. */
  readonly begun: readonly string[];
}

/**
 * What the cluster says its last run was asked for, where that is one of those that were begun for the same: otherwise it
 * was somebody else's, and ours is typed anew. @throws Error where it says nothing, or something else.
 */
const learnt = (
  told: ToldRun | undefined,
  begun: readonly string[],
  asked: ClusterWish['parameters'],
): ClusterWish['parameters'] => {
  if (told?.kind !== 'unfinished' || !begun.includes(told.run)) return asked;
  const kept = told.wish?.parameters;
  if (!isDeepStrictEqual(kept, asked))
    throw new Error(`the cluster says that ${JSON.stringify(kept)} was asked for, and it was ${JSON.stringify(asked)}`);
  return asked;
};

const drainOf = ({ drain }: Way): Pick<Way, 'drain'> => (drain === undefined ? {} : { drain });

/** What is asked for beside the cluster. */
const parametersOf = ({ version, way, playbook }: AttemptWish): ClusterWish['parameters'] => {
  if (playbook === 'backup') return {};
  return { version, ...(playbook === 'upgrade' ? way : drainOf(way)) };
};

const versionWish = (asked: AttemptWish, told: ToldRun | undefined): ClusterWish => {
  const { cluster, version, playbook, begun } = asked;
  return {
    cluster,
    nodes: cluster.nodes,
    playbook: simulatedPlaybooks[playbook],
    parameters: learnt(told, begun, parametersOf(asked)),
    asked: { command: playbook === 'upgrade' ? 'upgrade' : 'run', playbook, inventory: '/fleet/sim.yaml' },
    again: `nodeops ${playbook} --inventory sim.yaml --cluster ${cluster.name}${playbook === 'backup' ? '' : ` --to ${version}`}`,
  };
};

const begin = async (parts: Parts, asked: AttemptWish, workplace: Workplace): Promise<number> => {
  const { cluster, way, maintenance, dryRun, elsewhere, begun, operation } = asked;
  if (operation !== undefined)
    return beginOperation(parts, { operation, cluster, dryRun, elsewhere, begun, workplace });
  const told = elsewhere ? await tellRun(parts, cluster, {}) : undefined;
  if (told?.kind === 'unseen') {
    parts.stderr.write(`${told.says.join('\n')}\n`);
    return exitCode.blocked;
  }
  // What was refused before it began has left nothing on the cluster, which tells of the run before: it is typed again.
  if (told?.kind === 'nothing' && told.run !== undefined && begun.includes(told.run)) return exitCode.done;
  const wish =
    maintenance === undefined
      ? versionWish(asked, told)
      : await maintenanceWish(parts, { cluster, maintenance, drain: way.drain === 'none' ? 'none' : undefined, told });
  return runPlaybook(parts, [wish], { output: 'text', yes: true, dryRun });
};

/**
 * One `nodeops upgrade`, or what is typed in its place, from its first look to its exit code: all of the product behind
 * the command line's parser.
 * `elsewhere`: a `nodeops resume` on a machine without records, which learns from the cluster what was asked for.
 * Resolves when the program ended or was killed.
 */
export const attempt = (program: Program, around: ProgramSurroundings, wish: AttemptWish): Promise<AttemptEnd> => {
  const { parts, stdout, stderr } = programParts(program, around);
  const ended = (how: AttemptEnd['how']): AttemptEnd => ({ how, stdout: stdout.text, stderr: stderr.text });
  return new Promise((resolve) => {
    program.onDeath(() => resolve(ended('killed')));
    begin(parts, wish, around.workplace).then(
      (code) => resolve(ended({ code })),
      (error: unknown) => resolve(ended({ error })),
    );
  });
};
