import { restore } from '../../../src/cli/commands/restore.ts';
import { resume } from '../../../src/cli/commands/resume.ts';
import type { Parts } from '../../../src/cli/parts.ts';
import type { World } from '../../../src/simulator/world/host.ts';
import { inventoryPath } from '../operations/operation.ts';
import type { Typed } from '../operators.ts';
import { hasUnfinished } from '../program-parts.ts';
import { backupPlace } from '../simulate.ts';
import type { RestoreScenario } from './restore-scenario.ts';
import { inventoryHead } from '../inventory-head.ts';

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

/** What is typed: `nodeops restore last`, or `nodeops resume last` at every second time where something was left. */
export const restoreCommand =
  ({ name, resumes, again }: Pick<RestoreScenario, 'name' | 'resumes'> & { readonly again: boolean }) =>
  ({ workplace, tries, dryRun }: Typed): ((parts: Parts) => Promise<number>) => {
    if (resumes && tries % 2 === 0 && !dryRun && hasUnfinished(workplace))
      return (parts) => resume(parts, 'last', { yes: true, output: 'text' });
    const options = {
      inventory: inventoryPath,
      cluster: [name],
      from: backupPlace,
      output: 'text' as const,
      ...(again ? { again } : {}),
    };
    return (parts) => restore(parts, 'last', { ...options, ...(dryRun ? { dryRun } : { yes: true }) });
  };
