import { createHash } from 'node:crypto';
import { quote, quoteWord } from '../commands/quote.ts';
import { read } from '../commands/build.ts';
import type { DetachedUnit } from '../commands/systemd-run.ts';
import { withoutPasswords } from '../model/redact.ts';
import { withoutControlSequences } from '../model/text.ts';
import type { Action } from '../model/action.ts';
import type { Command, CommandResult, Effect } from '../model/command.ts';
import { whyNotNow } from '../facts/through-api.ts';
import { succeeded } from '../model/exit.ts';
import { ConnectError } from '../ports/transport.ts';
import { commandFor } from './command-for.ts';
import { performHook } from './backup/perform-hook.ts';
import { performStorage } from './backup/perform-storage.ts';
import { runDetached } from './detached.ts';
import type { Emit } from './emit.ts';
import { lineSplitter } from './line-splitter.ts';
import { sendArtifact } from './send-artifact.ts';
import { nodeOf, type Session } from './session.ts';

/** Whose actions are performed: for the journal, and for the names of detached units. */
export interface Performance {
  readonly session: Session;
  readonly emit: Emit;
  readonly run: string;
  readonly address: string;
  readonly step: string;
  /** The version that the step leads to, where it leads to one. */
  readonly version?: string;
  /** Until when a detached command is followed at most, in ms since the epoch; it goes on all the same. */
  readonly until?: number;
  attempt: number;
  /** Time spent waiting for commands and for the cluster to settle, in milliseconds: added to. */
  waitedMs: number;
  /** Called when the first action of `performAll` has ended, however it did. */
  readonly firstDone?: () => void;
}

export interface Performed {
  readonly node: string;
  readonly line: string;
  readonly result: CommandResult;
}

const tailLines = (text: string, count: number): readonly string[] =>
  withoutControlSequences(text)
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count);

/** The last lines of what a command complained about; detached commands print everything in one stream. */
export const complaint = (result: CommandResult, count = 12): readonly string[] =>
  tailLines(result.stderr === '' ? result.stdout : result.stderr, count);

/** What a person would type for an action: for the journal and for messages. Standard input is never part of it. */
export const lineOf = (action: Action): string => {
  switch (action.do) {
    case 'exec': {
      const environment = Object.entries(action.command.env ?? {}).map(
        ([name, value]) => `${name}=${quoteWord(value)} `,
      );
      return withoutPasswords(environment.join('') + quote(action.command.argv));
    }
    case 'put':
      return `write ${action.path} (mode ${action.mode.toString(8)})`;
    case 'fetch':
      return `copy ${action.path} to the operator as ${action.artifact}`;
    case 'send':
      return `copy ${action.artifact} to ${action.path}`;
    case 'store':
      return `store the backup ${action.backup} in ${action.places.join(', ')}`;
    case 'hook':
      return lineOf({ ...action, do: 'exec' });
    case 'tidy':
      return `remove from ${action.places.join(', ')} what nothing says to keep`;
  }
};

/**
 * An API server that breaks off may have done what it was asked (lab: a patch during a frozen etcd, rc 1): kubectl's
 * exit code then says nothing.
 */
const judged = (command: Command, result: CommandResult): CommandResult => {
  if (command.argv[0] !== 'kubectl' || result.exit.kind !== 'code' || result.exit.code === 0) return result;
  const why = whyNotNow(`${result.stderr}\n${result.stdout}`);
  return why === undefined ? result : { ...result, exit: { kind: 'unknown', why } };
};

const versionOf = ({ version }: Performance): Pick<DetachedUnit, 'version'> =>
  version === undefined ? {} : { version };

const execute = async (
  performance: Performance,
  id: string,
  node: string,
  command: Command,
): Promise<CommandResult> => {
  const { session, emit, address } = performance;
  const lines = lineSplitter((line) => emit.output({ type: 'command-output', address, id, node, line }));
  const to = nodeOf(session, node);
  if (command.lifetime === 'attached') {
    const result = await session.transport.run(to, command, { onStdout: lines.add, onStderr: lines.add });
    lines.end();
    return judged(command, result);
  }
  const unit = { run: performance.run, name: `${performance.step}-${id}`, ...versionOf(performance) };
  const lost: Promise<void>[] = [];
  const onLost = (why: string): void => void lost.push(emit.event({ type: 'command-lost', address, id, node, why }));
  const left = Math.max(0, (performance.until ?? Infinity) - session.clock.now());
  const limited = { ...command, timeoutMs: Math.min(command.timeoutMs, left) };
  const result = await runDetached(session, to, limited, unit, lines.add, onLost);
  // A unit that came too late leaves in its output who owns the node.
  session.ownership?.heard(result);
  lines.end();
  await Promise.all(lost);
  return judged(command, result);
};

/** Copies a file and compares what arrived with what the node has: a copy that differs is a failure. */
const fetchArtifact = async (
  performance: Performance,
  action: Extract<Action, { do: 'fetch' }>,
): Promise<CommandResult> => {
  const { session } = performance;
  const node = nodeOf(session, action.on);
  const there = await session.transport.run(node, read(['sha256sum', action.path], { timeoutMs: 10 * 60_000 }));
  if (!succeeded(there.exit)) return there;
  const writer = await session.artifacts.open(action.artifact);
  const copied = await session.transport.fetch(node, action.path, writer.sink).catch(async (error: unknown) => {
    await writer.abort();
    throw error;
  });
  if (!succeeded(copied.exit)) {
    await writer.abort();
    return copied;
  }
  const arrived = await writer.sha256();
  if (there.stdout.startsWith(arrived)) {
    await writer.commit();
    return copied;
  }
  await writer.abort();
  const stderr = `the copy has sha256 ${arrived}, the node's file ${there.stdout.slice(0, 64)}`;
  return { ...copied, exit: { kind: 'code', code: 1 }, stderr };
};

const effectOf = (action: Action): Effect => {
  if (action.do === 'exec' || action.do === 'hook') return action.command.effect;
  return action.do === 'fetch' ? 'read' : 'write';
};

const runHook = async (
  performance: Performance,
  id: string,
  action: Extract<Action, { do: 'hook' }>,
): Promise<CommandResult> => {
  const { session, emit, address } = performance;
  const { on: node, command } = action;
  const lines = lineSplitter((line) => emit.output({ type: 'command-output', address, id, node, line }));
  const result = await performHook(session, action, () => execute(performance, id, node, command), lines.add);
  lines.end();
  return result;
};

const dispatch = (performance: Performance, id: string, action: Action): Promise<CommandResult> => {
  switch (action.do) {
    case 'exec':
      return execute(performance, id, action.on, action.command);
    case 'put': {
      const node = nodeOf(performance.session, action.on);
      return performance.session.transport.put(node, action.path, action.mode, action.content);
    }
    case 'fetch':
      return fetchArtifact(performance, action);
    case 'send':
      return sendArtifact(performance.session, action);
    case 'hook':
      return runHook(performance, id, action);
    case 'store':
    case 'tidy':
      return performStorage(performance.session, performance.emit, action);
  }
};

/** A node that cannot be reached leaves the outcome unknown, like a connection that is lost on the way. */
const perform = async (performance: Performance, id: string, action: Action): Promise<CommandResult> => {
  try {
    return await dispatch(performance, id, action);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const exit = { kind: 'unknown', why: error.message } as const;
    return { exit, stdout: '', stderr: error.message, truncated: false, durationMs: 0 };
  }
};

/** What the journal says is what is sent. */
const asSent = (session: Session, action: Action): Action =>
  action.do === 'exec' ? { ...action, command: commandFor(nodeOf(session, action.on), action.command) } : action;

/**
 * The one place that writes. Each action is in the journal before it is sent and after it ended. Stops at the first
 * that does not end with 0 and returns it; otherwise returns the last one.
 */
export const performAll = async (
  performance: Performance,
  actions: readonly Action[],
): Promise<Performed | undefined> => {
  const { session, emit, address } = performance;
  let last: Performed | undefined;
  for (const [index, meant] of actions.entries()) {
    const action = asSent(session, meant);
    const line = lineOf(action);
    const id = `${createHash('sha256').update(address).digest('hex').slice(0, 8)}-${performance.attempt}-${index + 1}`;
    const effect = effectOf(action);
    const lifetime = 'command' in action ? action.command.lifetime : 'attached';
    await emit.event({ type: 'command-started', address, id, node: action.on, line, effect, lifetime });
    const begun = session.clock.now();
    const result = await perform(performance, id, action);
    const durationMs = session.clock.now() - begun;
    performance.waitedMs += durationMs;
    const stderrTail = succeeded(result.exit) ? [] : complaint(result);
    await emit.event({
      type: 'command-finished',
      address,
      id,
      node: action.on,
      exit: result.exit,
      durationMs,
      stderrTail,
    });
    performance.firstDone?.();
    last = { node: action.on, line, result };
    if (!succeeded(result.exit)) return last;
  }
  return last;
};
