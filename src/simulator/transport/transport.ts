import type { Node } from '../../model/cluster.ts';
import type { Command, CommandResult, Effect } from '../../model/command.ts';
import type { Exit } from '../../model/exit.ts';
import type { Transport, TransportCounters } from '../../ports/transport.ts';
import type { Kernel } from '../kernel.ts';
import type { Random } from '../random.ts';
import type { Actor } from '../world/actor.ts';
import type { Program } from '../simulation/program.ts';
import { Channel, type Fate } from './channel.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Connection } from './connection.ts';
import { KeptOutput, toBytes } from './kept-output.ts';
import type { Links } from './network.ts';
import type { Sshd } from './sshd.ts';

/** How a command becomes root, as the SSH adapter finds out. */
export type BecomeMode = 'none' | 'sudo' | 'sudo-with-password';

/** Runs a line on the connection in question, with this standard input. */
export type Probe = (line: string, stdin: string) => Promise<CommandResult>;

/** What the SSH adapter does with the same functions of the product: given from outside, so that only lines come in here. */
export interface ProductLines {
  readonly commandLine: (command: Command, become: BecomeMode) => string;
  /** @throws ConnectError 'sudo-needs-password' */
  readonly findBecome: (node: Node, probe: Probe) => Promise<BecomeMode>;
  /** The password that goes before a command's standard input. */
  readonly sudoPassword: (node: Node) => string;
  readonly putCommand: (path: string, mode: number, content: string, timeoutMs: number) => Command;
  readonly fetchCommand: (path: string, timeoutMs: number) => Command;
}

/** A command on its way to a node: for the oracle and the trace. */
export interface Sent {
  readonly program: Program;
  /** Counts the commands of all programs, from 1. */
  readonly number: number;
  readonly node: string;
  /** As the node's shell gets it. */
  readonly line: string;
  readonly stdin: string;
  /** As the product labels it. */
  readonly effect: Effect;
  /** Part of logging in: it asks how to become root, and says nothing of what was done. */
  readonly login: boolean;
  /** An object of its own for each command: what carries it in the model was done by this command. */
  readonly actor: Actor;
}

export interface Watcher {
  /** Asked once for each command, before it travels. */
  sent(sent: Omit<Sent, 'number'>): { readonly sent: Sent; readonly fate: Fate | undefined };
  /** Also when its program is dead and hears of nothing. */
  ended(sent: Sent, exit: Exit): void;
}

export interface TransportOptions {
  readonly kernel: Kernel;
  readonly random: Random;
  readonly network: Links;
  readonly program: Program;
  readonly sshd: Sshd;
  readonly lines: ProductLines;
  readonly watcher: Watcher;
  readonly refuseWrites: boolean;
}

/** As the SSH adapter's limits are. */
const limits = { putTimeoutMs: 120_000, fetchTimeoutMs: 3_600_000 };
const defaultKeepBytes = 1_048_576;
const probeTimeoutMs = 30_000;

interface Wishes {
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
  readonly onStderr?: ((chunk: Buffer) => void) | undefined;
  readonly keepBytes: number;
  readonly sink?: NodeJS.WritableStream;
  /** Standard input after the command's own, a character a byte. */
  readonly streamed?: string;
}

const latin1Of = async (content: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = '';
  for await (const chunk of content) text += Buffer.from(chunk).toString('latin1');
  return text;
};

const counterOf = { read: 'reads', scratch: 'scratches', write: 'writes' } as const satisfies Record<
  Effect,
  keyof TransportCounters
>;

/** The transport of one simulated program: SSH's promises and SSH's ways to break, over virtual time. */
export class SimulatedTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #pool: ConnectionPool;
  readonly #becomes = new WeakMap<Connection, Promise<BecomeMode>>();
  readonly #counters = { reads: 0, scratches: 0, writes: 0, roundTrips: 0 };

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options);
    options.program.onDeath(() => this.#pool.close());
  }

  async run(node: Node, command: Command, run: Parameters<Transport['run']>[2] = {}): Promise<CommandResult> {
    this.#refuse(command.effect, command.argv.join(' '));
    const keepBytes = run.keepBytes ?? defaultKeepBytes;
    const streamed = run.input === undefined ? '' : await latin1Of(run.input);
    return this.#send(node, command, { onStdout: run.onStdout, onStderr: run.onStderr, keepBytes, streamed });
  }

  async put(node: Node, path: string, mode: number, content: string): Promise<CommandResult> {
    this.#refuse('write', `put ${path}`);
    const command = this.#options.lines.putCommand(path, mode, content, limits.putTimeoutMs);
    return this.#send(node, command, { keepBytes: defaultKeepBytes });
  }

  async fetch(node: Node, path: string, sink: NodeJS.WritableStream): Promise<CommandResult> {
    const command = this.#options.lines.fetchCommand(path, limits.fetchTimeoutMs);
    return this.#send(node, command, { keepBytes: defaultKeepBytes, sink });
  }

  counters(): TransportCounters {
    return { ...this.#counters };
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }

  #refuse(effect: Effect, what: string): void {
    if (this.#options.refuseWrites && effect === 'write')
      throw new Error(`refused, because nothing may be written in this run: ${what}`);
  }

  async #send(node: Node, command: Command, wishes: Wishes): Promise<CommandResult> {
    this.#counters[counterOf[command.effect]] += 1;
    const { kernel, lines } = this.#options;
    const begun = kernel.now;
    for (;;) {
      const { connection, become } = await this.#ready(node, command);
      if (connection.free) {
        const password = become === 'sudo-with-password' ? `${lines.sudoPassword(node)}\n` : '';
        const line = lines.commandLine(command, become);
        const result = await this.#exchange(connection, node, { ...command, line }, password, wishes);
        return { ...result, durationMs: kernel.now - begun };
      }
      await new Promise<void>((resolve) => connection.whenFree(() => this.#options.program.deliver(resolve)));
    }
  }

  /** A connection that stands at this very moment: it can have gone while sudo was asked, or while the program was stopped. */
  async #ready(
    node: Node,
    command: Command,
  ): Promise<{ readonly connection: Connection; readonly become: BecomeMode }> {
    for (;;) {
      const connection = await this.#pool.connect(node);
      const become = command.become ? await this.#become(connection, node) : 'none';
      if (connection.lost === undefined) return { connection, become };
    }
  }

  #become(connection: Connection, node: Node): Promise<BecomeMode> {
    const known = this.#becomes.get(connection);
    if (known !== undefined) return known;
    const probe: Probe = (line, stdin) => {
      const command = { line, stdin, effect: 'read', timeoutMs: probeTimeoutMs, login: true } as const;
      return this.#exchange(connection, node, command, '', { keepBytes: 16_384 });
    };
    const finding = this.#options.lines.findBecome(node, probe);
    this.#becomes.set(connection, finding);
    finding.catch(() => this.#becomes.delete(connection));
    return finding;
  }

  #exchange(
    connection: Connection,
    node: Node,
    command: Pick<Command, 'effect' | 'timeoutMs' | 'stdin'> & { readonly line: string; readonly login?: true },
    password: string,
    wishes: Wishes,
  ): Promise<CommandResult> {
    const { kernel, program, sshd, watcher } = this.#options;
    const [stdout, stderr] = [new KeptOutput(wishes.keepBytes), new KeptOutput(wishes.keepBytes)];
    const request = {
      line: toBytes(command.line),
      stdin: toBytes(password + (command.stdin ?? '')) + (wishes.streamed ?? ''),
    };
    const { sent, fate } = watcher.sent({
      program,
      node: node.name,
      effect: command.effect,
      login: command.login ?? false,
      actor: { ...program.actor },
      ...request,
    });
    this.#counters.roundTrips += 1;
    const receive = (kept: KeptOutput, tell: ((chunk: Buffer) => void) | undefined) => (bytes: string) =>
      program.deliver(() => {
        tell?.(Buffer.from(bytes, 'latin1'));
        kept.push(bytes);
      });
    const { sink } = wishes;
    const toSink = (bytes: string): void => program.deliver(() => void sink?.write(Buffer.from(bytes, 'latin1')));
    return new Promise((resolve) => {
      const onExit = (exit: Exit): void => {
        watcher.ended(sent, exit);
        program.deliver(() =>
          resolve({
            exit,
            stdout: stdout.text(),
            stderr: stderr.text(),
            truncated: stdout.truncated || stderr.truncated,
            durationMs: 0,
          }),
        );
      };
      // A fault may have stopped or killed the program just before it sent.
      program.act(() => {
        if (connection.lost !== undefined) onExit({ kind: 'unknown', why: connection.lost });
        else
          void new Channel(kernel, connection, sshd, {
            ...request,
            actor: sent.actor,
            timeoutMs: command.timeoutMs,
            atDeadline: command.effect === 'write' ? 'leave' : 'close',
            fate,
            onOut: sink === undefined ? receive(stdout, wishes.onStdout) : toSink,
            onErr: receive(stderr, wishes.onStderr),
            onExit,
          });
      });
    });
  }
}
