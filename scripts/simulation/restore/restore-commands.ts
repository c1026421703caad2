import { restore } from '../../../src/cli/commands/restore.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { inventoryHead } from '../inventory-head.ts';
import { inventoryPath } from '../operations/operation.ts';
import { orResume, type Command } from '../or-resume.ts';
import { backupPlace } from '../simulate.ts';
import type { RestoreScenario } from './restore-scenario.ts';

/** The inventory as an operator writes it. */
export const restoreInventory = ({ hosts }: World, { name, from }: RestoreScenario): string =>
  [
    ...inventoryHead,
    'clusters:',
    `  - name: ${name}`,
    `    version: ${from}`,
    '    nodes:',
    ...[...hosts.values()].map(({ name: node, role }) => `      - { name: ${node}, host: ${node}, role: ${role} }`),
    '',
  ].join('\n');

/** `nodeops restore last`, or `nodeops resume last` at every second time where something was left. */
export const restoreCommand = (
  scenario: Pick<RestoreScenario, 'name' | 'resumes'> & { readonly again: boolean },
): Command =>
  orResume(scenario, (parts, dryRun) =>
    restore(parts, 'last', {
      inventory: inventoryPath,
      cluster: [scenario.name],
      from: backupPlace,
      output: 'text',
      ...(scenario.again ? { again: true } : {}),
      ...(dryRun ? { dryRun } : { yes: true }),
    }),
  );
