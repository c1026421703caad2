import type { Command } from 'commander';
import { existingNode } from '../cluster/record.ts';
import { wakeNode } from '../clusters.ts';
import { knownHostsFile, sshKey } from '../paths.ts';
import { handOver } from '../run-command.ts';

/** exec, ssh, logs: what concerns one node. Each hands the terminal over and passes the exit code on. */
export function addNodeCommands(program: Command): void {
  program
    .command('exec')
    .description('run a command as root in a node (kubectl works on control planes); its exit code is passed on')
    .argument('<node>')
    .argument('<command...>')
    .passThroughOptions()
    .addHelpText('after', '\nExample:\n  npm run lab -- exec paris-cp1 -- kubectl get nodes')
    .action(async (node: string, words: string[]) => {
      const command = withoutDashes(words);
      await wakeNode(node);
      process.exitCode = await handOver(execArgv(node, command));
    });

  program
    .command('ssh')
    .description('log in as the sudo user ops, as nodeops does')
    .argument('<node>')
    .argument('[command...]')
    .passThroughOptions()
    .addHelpText('after', '\nExample:\n  npm run lab -- ssh paris-w1 -- sudo systemctl status kubelet')
    .action(async (node: string, words: string[]) => {
      const command = withoutDashes(words);
      await wakeNode(node);
      process.exitCode = await handOver(sshArgv(node, command));
    });

  program
    .command('logs')
    .description('a node’s journal, or that of one unit')
    .argument('<node>')
    .argument('[unit]')
    .option('-f, --follow', 'go on as lines are added')
    .addHelpText('after', '\nExample:\n  npm run lab -- logs paris-cp1 kubelet')
    .action(async (node: string, unit: string | undefined, { follow }: { follow?: boolean }) => {
      await wakeNode(node);
      const words = ['journalctl', '--no-pager', ...(unit ? ['-u', unit] : []), ...(follow ? ['-f'] : [])];
      process.exitCode = await handOver(execArgv(node, words));
    });
}

function execArgv(node: string, command: readonly string[]): string[] {
  // A terminal only where both ends are one: otherwise Docker refuses, or mixes standard error into the output.
  const terminal = process.stdin.isTTY && process.stdout.isTTY ? ['-it'] : ['-i'];
  return ['docker', 'exec', ...terminal, '-e', 'KUBECONFIG=/etc/kubernetes/admin.conf', node, ...command];
}

function sshArgv(name: string, command: readonly string[]): string[] {
  const { record, node } = existingNode(name);
  const options = [
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsFile(record.name)}`,
  ];
  return ['ssh', '-i', sshKey, ...options.flatMap((option) => ['-o', option]), `ops@${node.host}`, ...command];
}

/** With passThroughOptions, commander leaves the `--` between a node and its command in place. */
const withoutDashes = (words: readonly string[]): string[] => words.slice(words[0] === '--' ? 1 : 0);
