import { commandLine } from '../../commands/quote.ts';
import type { BecomeMode } from '../../commands/quote.ts';
import type { Node } from '../../model/cluster.ts';
import type { Command, CommandResult } from '../../model/command.ts';
import type { Exit } from '../../model/exit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { ConnectError } from '../../ports/transport.ts';
import { findBecomeMode, sudoPassword } from './become.ts';
import { createOutput } from './channel-streams.ts';
import type { OutputWishes } from './channel-streams.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { LiveConnection } from './live-connection.ts';
import { runOnChannel } from './run-on-channel.ts';
import type { ChannelRequest, Outcome } from './run-on-channel.ts';

export interface Wire {
  readonly pool: ConnectionPool;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Called for every command that a node got, the probes for sudo included. */
  readonly onRoundTrip: () => void;
}

/** Waits for a slot, runs, and holds the slot for as long as the channel counts at the node. */
const inSlot = (wire: Wire, connection: LiveConnection, request: ChannelRequest): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    connection
      .occupy(async () => {
        const running = runOnChannel(connection, request, wire.clock);
        const outcome = await running.outcome;
        if (outcome.kind !== 'not-sent') wire.onRoundTrip();
        resolve(outcome);
        await running.gone;
      })
      .catch(reject);
  });

/**
 * Runs one line on one connection. sshd counts a session until it has cleaned up, so that a channel opened right
 * after another's end can be refused although a place is free: such a refusal is met again after a moment.
 */
const runLine = async (
  wire: Wire,
  connection: LiveConnection,
  request: ChannelRequest,
): Promise<Exit | { readonly lost: Error }> => {
  for (let refusals = 0; ; refusals++) {
    const outcome = await inSlot(wire, connection, request);
    if (outcome.kind !== 'not-sent') return outcome;
    if (!outcome.refused) return { lost: outcome.error };
    if (refusals === 6) {
      const message = `the node grants no session: ${outcome.error.message}`;
      throw new ConnectError(
        'protocol',
        message,
        'Check MaxSessions in its sshd_config: sshd -T | grep -i maxsessions',
      );
    }
    connection.narrow();
    await wire.clock.sleep(25 * 2 ** refusals);
  }
};

const probeTimeoutMs = 30_000;

const becomeMode = (wire: Wire, connection: LiveConnection, node: Node): Promise<BecomeMode> => {
  const key = JSON.stringify(node.become);
  const found = connection.becomes.get(key);
  if (found !== undefined) return found;
  const finding = findBecomeMode(node, wire.secrets, async (line, stdin) => {
    const output = createOutput({ keepBytes: 16_384 });
    const request: ChannelRequest = { line, stdin, timeoutMs: probeTimeoutMs, atDeadline: 'close', output };
    const end = await runLine(wire, connection, request);
    const exit: Exit = 'lost' in end ? { kind: 'unknown', why: end.lost.message } : end;
    return { exit, stdout: output.stdout.text(), stderr: output.stderr.text(), truncated: false, durationMs: 0 };
  });
  connection.becomes.set(key, finding);
  // What was wrong (a sudoers rule, a connection) may be right at the next call.
  finding.catch(() => connection.becomes.delete(key));
  return finding;
};

const requestFor = async (
  wire: Wire,
  node: Node,
  command: Command,
  become: BecomeMode,
): Promise<Omit<ChannelRequest, 'output'>> => {
  const password = become === 'sudo-with-password' ? `${await sudoPassword(node, wire.secrets)}\n` : '';
  return {
    line: commandLine(command, become),
    stdin: password + (command.stdin ?? ''),
    timeoutMs: command.timeoutMs,
    atDeadline: command.effect === 'write' ? 'leave' : 'close',
  };
};

/** Connects to a node, and finds out what it takes to be root there. @throws ConnectError */
export const reach = async (wire: Wire, node: Node): Promise<void> => {
  await becomeMode(wire, await wire.pool.connect(node.ssh), node);
};

/**
 * Runs a command on a node. One that certainly did not start, because the kept connection turned out to be gone, is
 * sent once more over a new connection; anything less certain is `unknown`.
 */
export const sendCommand = async (
  wire: Wire,
  node: Node,
  command: Command,
  wishes: OutputWishes,
  input?: AsyncIterable<Uint8Array>,
): Promise<CommandResult> => {
  const startedAt = wire.clock.now();
  for (let attempt = 0; ; attempt++) {
    const connection = await wire.pool.connect(node.ssh);
    const become = command.become ? await becomeMode(wire, connection, node) : 'none';
    const output = createOutput(wishes);
    const end = await runLine(wire, connection, { ...(await requestFor(wire, node, command, become)), output, input });
    if ('lost' in end) {
      // The socket may be unusable before any event told so.
      connection.retire();
      if (attempt === 0) continue;
      const message = `${node.ssh.host}:${node.ssh.port} drops connections: ${end.lost.message}`;
      throw new ConnectError('unreachable', message, 'Look at the log of sshd on the node.', { cause: end.lost });
    }
    const failure = output.failure();
    if (failure !== undefined) throw failure;
    return {
      exit: end,
      stdout: output.stdout.text(),
      stderr: output.stderr.text(),
      truncated: output.stdout.truncated || output.stderr.truncated,
      durationMs: wire.clock.now() - startedAt,
    };
  }
};
