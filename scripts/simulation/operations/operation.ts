import { resume } from '../../../src/cli/commands/resume.ts';
import type { Parts } from '../../../src/cli/parts.ts';
import { tellRun } from '../../../src/cli/told-run.ts';
import type { Cluster, Role } from '../../../src/model/cluster.ts';
import { exitCode, UsageError } from '../../../src/model/errors.ts';
import type { Wish } from '../../../src/simulator/oracle/invariant.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { clusterName, type Scenario } from '../scenario.ts';
import { hasUnfinished, type Workplace } from '../program-parts.ts';
import { cronOf } from '../window.ts';

/** Where the operators have the inventory of the one cluster. */
export const inventoryPath = '/fleet/sim.yaml';

/** A command of nodeops that is typed in the place of an upgrade. */
export interface Operation {
  /** As a person types it: for the trace. */
  readonly text: string;
  readonly inventory: string;
  readonly type: (parts: Parts, dryRun: boolean) => Promise<number>;
  /** The step with which a run looks at the whole cluster at last. */
  readonly lastLook: string;
  /** It is more than one run: that the last one came to its end does not say that all is done. */
  readonly severalRuns?: true;
  /** `nodeops resume last` is typed at every second time, where something was left. */
  readonly resumes?: boolean;
  /** What of the oracle's wish is its own. */
  readonly wish: Partial<Wish>;
}

/** What every operation is told beside its own options. */
export const typedOptions = (dryRun: boolean) =>
  ({ inventory: inventoryPath, output: 'text', ...(dryRun ? { dryRun } : { yes: true }) }) as const;

/** The cluster as an operator writes it down. */
export const inventoryText = (
  scenario: Scenario,
  hosts: readonly { readonly name: string; readonly role: Role }[],
): string =>
  [
    'apiVersion: nodeops/v1',
    'kind: Inventory',
    'clusters:',
    `  - name: ${clusterName}`,
    '    ssh: { user: ops }',
    '    become: sudo',
    `    workers: { maxUnavailable: ${scenario.maxUnavailable} }`,
    '    drain: { timeout: 5m, deleteEmptyDirData: true }',
    '    apt: { lockTimeout: 5m }',
    ...(scenario.window === undefined
      ? []
      : [`    window: { cron: '${cronOf(scenario.window)}', duration: ${scenario.window.minutes}m, timezone: UTC }`]),
    '    nodes:',
    ...hosts.map(({ name, role }) => `      - { name: ${name}, host: ${name}, role: ${role} }`),
    '',
  ].join('\n');

export interface OperationAsked {
  readonly operation: Operation;
  readonly cluster: Cluster;
  readonly dryRun: boolean;
  /** On a machine without the run's record: the cluster is asked what was begun. */
  readonly elsewhere: boolean;
  /** The runs that were begun for the same. */
  readonly begun: readonly string[];
  readonly workplace: Pick<Workplace, 'runs'>;
}

const begin = async (parts: Parts, asked: OperationAsked): Promise<number> => {
  const { operation, cluster, dryRun, elsewhere, begun, workplace } = asked;
  if (!elsewhere && operation.resumes === true && begun.length % 2 === 1 && !dryRun && hasUnfinished(workplace))
    return resume(parts, 'last', { yes: true, output: 'text' });
  if (!elsewhere) return operation.type(parts, dryRun);
  const told = await tellRun(parts, cluster, {});
  if (told.kind === 'unseen') {
    parts.stderr.write(`${told.says.join('\n')}\n`);
    return exitCode.blocked;
  }
  const isWhole = operation.severalRuns !== true;
  if (told.kind === 'unfinished') {
    const code = await resume(parts, undefined, { inventory: inventoryPath, output: 'text', yes: true });
    return code !== exitCode.done || isWhole ? code : operation.type(parts, dryRun);
  }
  // What was refused before it began has left nothing on the cluster, which tells of the run before: it is typed again.
  return isWhole && told.run !== undefined && begun.includes(told.run) ? exitCode.done : operation.type(parts, dryRun);
};

/** One command, or what goes on with it on another machine, to its exit code. */
export const beginOperation = async (parts: Parts, asked: OperationAsked): Promise<number> => {
  try {
    return await begin(parts, asked);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    parts.stderr.write(`nodeops: ${error.message}\n`);
    return exitCode.usage;
  }
};

/** The keys that lie on the hosts: none of them may be shown anywhere. Short ones would be found by chance. */
export const keysOf = ({ hosts }: World): readonly string[] => {
  const keys = [...hosts.values()].flatMap(({ files }) =>
    ['/etc/kubernetes/pki', '/etc/kubernetes/pki/etcd'].flatMap((directory) =>
      files.stat(directory) === undefined
        ? []
        : files
            .list(directory)
            .filter((name) => name.endsWith('.key'))
            .flatMap((name) => /\n(\S{20,})\n-----END/.exec(files.read(`${directory}/${name}`))?.[1] ?? []),
    ),
  );
  return [...new Set(keys)];
};
