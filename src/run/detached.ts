import { followDetached, parseFollow, startDetached, type DetachedUnit } from '../commands/systemd-run.ts';
import type { Node } from '../model/cluster.ts';
import type { Command, CommandResult } from '../model/command.ts';
import type { Exit } from '../model/exit.ts';
import { ConnectError } from '../ports/transport.ts';
import type { Session } from './session.ts';

/** Seconds that one follow lasts; the next one reads on. */
const followSeconds = 30;

type Follow = { readonly exit: Exit } | { readonly again: 'at once' | 'after a while' };

const unknown = (why: string): Follow => ({ exit: { kind: 'unknown', why } });

const conclude = (result: CommandResult, unit: DetachedUnit, node: Node): Follow => {
  const state = result.exit.kind === 'code' ? parseFollow(result.stderr) : undefined;
  switch (state?.kind) {
    case undefined:
      return { again: 'after a while' };
    case 'running':
      return { again: 'at once' };
    case 'ended':
      return { exit: { kind: 'code', code: state.code } };
    case 'lost':
      return unknown(
        `${node.name} no longer runs nodeops-${unit.run}-${unit.name}, and it left no exit code: killed, or the node was restarted`,
      );
    case 'never-started':
      return unknown(`nodeops-${unit.run}-${unit.name} was not started on ${node.name}`);
  }
};

/** Keeps the last bytes of what is printed: enough for every parser and message here. */
class Tail {
  private kept = '';
  private dropped = false;
  bytes = 0;
  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.kept += chunk.toString('latin1');
    if (this.kept.length > 2_000_000) {
      this.kept = this.kept.slice(-1_000_000);
      this.dropped = true;
    }
  }
  result(exit: Exit, durationMs: number): CommandResult {
    const stdout = Buffer.from(this.kept, 'latin1').toString('utf8');
    return { exit, stdout, stderr: '', truncated: this.dropped, durationMs };
  }
}

/**
 * Starts a command as a transient unit and follows its output to its end, attaching again from the last byte seen
 * whenever the connection is lost. Output and error output come as one stream, in order. The exit is `unknown` when
 * the deadline passes (the unit goes on) or when the unit is gone without having left an exit code.
 */
export const runDetached = async (
  session: Session,
  node: Node,
  command: Command,
  unit: DetachedUnit,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> => {
  const begun = session.clock.now();
  const deadline = begun + command.timeoutMs;
  const tail = new Tail();
  const result = (exit: Exit) => tail.result(exit, session.clock.now() - begun);
  const receive = (chunk: Buffer): void => {
    tail.add(chunk);
    onOutput(chunk);
  };
  const started = await session.transport.run(node, startDetached(unit, command));
  if (started.exit.kind === 'code' && started.exit.code !== 0)
    return { ...started, stdout: started.stdout + started.stderr };
  let pause = 250;
  for (;;) {
    const follow = await followOnce(session, node, unit, tail.bytes, receive);
    if ('exit' in follow) return result(follow.exit);
    if (session.clock.now() > deadline)
      return result({
        kind: 'unknown',
        why: `still running on ${node.name} after ${Math.round(command.timeoutMs / 1000)} s`,
      });
    pause = follow.again === 'at once' ? 250 : Math.min(pause * 2, 10_000);
    if (follow.again === 'after a while') await session.clock.sleep(pause);
  }
};

const followOnce = async (
  session: Session,
  node: Node,
  unit: DetachedUnit,
  offset: number,
  receive: (chunk: Buffer) => void,
): Promise<Follow> => {
  try {
    const followed = await session.transport.run(node, followDetached(unit, offset, followSeconds), {
      onStdout: receive,
    });
    return conclude(followed, unit, node);
  } catch (error) {
    if (error instanceof ConnectError) return { again: 'after a while' };
    throw error;
  }
};
