import { runPlaybook, type ClusterWish } from '../../src/cli/playbook-run.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Program } from '../../src/simulator/simulation/program.ts';
import { programParts, upgradePlaybook, type ProgramSurroundings } from './program-parts.ts';

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
  readonly dryRun: boolean;
}

/**
 * One `nodeops upgrade`, from its first look to its exit code: all of the product behind the command line's parser.
 * Resolves when the program ended or was killed.
 */
export const attempt = (
  program: Program,
  around: ProgramSurroundings,
  { cluster, version, dryRun }: AttemptWish,
): Promise<AttemptEnd> => {
  const { parts, stdout, stderr } = programParts(program, around);
  const wish: ClusterWish = {
    cluster,
    nodes: cluster.nodes,
    playbook: upgradePlaybook,
    parameters: { version },
    asked: { command: 'upgrade', playbook: 'upgrade', inventory: '/fleet/sim.yaml' },
    again: `nodeops upgrade --inventory sim.yaml --cluster ${cluster.name} --to ${version}`,
  };
  const ended = (how: AttemptEnd['how']): AttemptEnd => ({ how, stdout: stdout.text, stderr: stderr.text });
  return new Promise((resolve) => {
    program.onDeath(() => resolve(ended('killed')));
    runPlaybook(parts, [wish], { output: 'text', yes: true, dryRun }).then(
      (code) => resolve(ended({ code })),
      (error: unknown) => resolve(ended({ error })),
    );
  });
};
