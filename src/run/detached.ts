import { revokeDetached, startDetached, unitName, type DetachedUnit } from '../commands/systemd-run.ts';
import type { Node } from '../model/cluster.ts';
import type { Command, CommandResult } from '../model/command.ts';
import { succeeded, type Exit } from '../model/exit.ts';
import { followUnit, type FollowEnd, type FollowRequest } from './follow-unit.ts';
import type { Session } from './session.ts';

/** Keeps the last bytes of what is printed: enough for every parser and message here. */
class Tail {
  private kept = '';
  private dropped = false;
  add(chunk: Buffer): void {
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

/** A start that was lost on the way may still arrive: its mutex is taken first, and only then it has not happened. */
const settleStart = async (session: Session, request: FollowRequest): Promise<FollowEnd> => {
  const end = await followUnit(session, request);
  if (end.kind === 'exit') return end;
  const revoked = await session.transport.run(request.node, revokeDetached(request.unit));
  if (revoked.exit.kind === 'code' && !succeeded(revoked.exit)) return followUnit(session, request);
  return end;
};

/**
 * Starts a command as a transient unit and follows it to its end. Output and error output come as one stream, in
 * order. The exit is `unknown` when the deadline passes (the unit goes on), when the unit is gone without having left
 * an exit code, or when it was never started.
 * @throws ConnectError when the node could not be reached to start it.
 */
export const runDetached = async (
  session: Session,
  node: Node,
  command: Command,
  unit: DetachedUnit,
  onOutput: (chunk: Buffer) => void,
  onLost: (why: string) => void = () => undefined,
): Promise<CommandResult> => {
  const begun = session.clock.now();
  const tail = new Tail();
  const started = await session.transport.run(node, startDetached(unit, command, session.ownership?.epoch));
  if (started.exit.kind === 'code' && started.exit.code !== 0)
    return { ...started, stdout: started.stdout + started.stderr };
  const receive = (chunk: Buffer): void => {
    tail.add(chunk);
    onOutput(chunk);
  };
  const deadline = begun + command.timeoutMs;
  const end = await settleStart(session, { node, unit, deadline, onOutput: receive, onLost });
  const exit: Exit =
    end.kind === 'exit' ? end.exit : { kind: 'unknown', why: `${unitName(unit)} was not started on ${node.name}` };
  return tail.result(exit, session.clock.now() - begun);
};
