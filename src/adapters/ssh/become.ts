import { commandLine } from '../../commands/quote.ts';
import type { BecomeMode } from '../../commands/quote.ts';
import type { Node } from '../../model/cluster.ts';
import type { Command, CommandResult } from '../../model/command.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { ConnectError } from '../../ports/transport.ts';

/** Runs a line on the connection in question. */
export type Probe = (line: string, stdin: string) => Promise<CommandResult>;

const nothing: Command = { argv: ['true'], effect: 'read', lifetime: 'attached', timeoutMs: 0, become: true };

/**
 * Says what it takes to be root, in one round trip. `-k` ignores what sudo remembers of an earlier password, which it
 * could forget before the next command. `env`, because every command with a password goes through it (`commandLine`).
 */
const question =
  `if [ "$(id -u)" = 0 ]; then echo root; elif ! command -v sudo >/dev/null; then echo no-sudo; ` +
  `elif sudo -n -k -- env true; then echo free; else echo asks; fi`;

const place = (node: Node): string => `${node.ssh.user}@${node.ssh.host}`;

const needsPassword = (node: Node, why: string): ConnectError =>
  new ConnectError(
    'sudo-needs-password',
    `${place(node)}: ${why}`,
    `Set become: { method: sudo, password: { prompt: true } } in the inventory, or on the node: ` +
      `echo '${node.ssh.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/nodeops && chmod 0440 /etc/sudoers.d/nodeops`,
  );

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** The password of a user: one for all nodes, so that a person types it once. */
export const sudoPassword = async (node: Node, secrets: Secrets): Promise<string> => {
  const source = node.become.method === 'sudo' ? node.become.password : undefined;
  if (source === undefined) throw new Error(`no sudo password is configured for ${place(node)}`);
  return await secrets.resolve(source, `the sudo password of ${node.ssh.user}`);
};

/**
 * Tried once with nothing on stdin behind it: with a wrong password, sudo asks again and takes the next lines of
 * stdin for answers (measured, sudo 1.9.13), so a command must never be the first to find out.
 */
const checkPassword = async (node: Node, secrets: Secrets, probe: Probe): Promise<BecomeMode> => {
  const password = await sudoPassword(node, secrets);
  const result = await probe(commandLine(nothing, 'sudo-with-password'), `${password}\n`);
  if (succeeded(result.exit)) return 'sudo-with-password';
  throw needsPassword(node, `sudo did not take the configured password (${lastLine(result.stderr)})`);
};

/** How `become` works out on this connection. @throws ConnectError 'sudo-needs-password', or when the probe failed. */
export const findBecomeMode = async (node: Node, secrets: Secrets, probe: Probe): Promise<BecomeMode> => {
  if (node.become.method === 'none' || node.ssh.user === 'root') return 'none';
  // In `sh -c`: the login shell may be one that knows no `if …; then`.
  const result = await probe(commandLine({ ...nothing, argv: ['sh', '-c', question] }, 'none'), '');
  switch (result.stdout.trim()) {
    case 'root':
      return 'none';
    case 'free':
      return 'sudo';
    case 'asks':
      if (node.become.password !== undefined) return await checkPassword(node, secrets, probe);
      throw needsPassword(node, `sudo wants a password, and none is configured (${lastLine(result.stderr)})`);
    case 'no-sudo':
      throw new ConnectError(
        'protocol',
        `${place(node)}: there is no sudo on the node`,
        'Install it, or log in as root with become: none.',
      );
    default: {
      const why = `could not find out about sudo: ${describeExit(result.exit)} ${lastLine(result.stderr)}`;
      throw new ConnectError('unreachable', `${place(node)}: ${why}`, 'Try again.');
    }
  }
};
