import { followDetached, parseFollow, unitName, type DetachedUnit } from '../commands/systemd-run.ts';
import type { Node } from '../model/cluster.ts';
import type { CommandResult } from '../model/command.ts';
import type { Exit } from '../model/exit.ts';
import { ConnectError } from '../ports/transport.ts';
import type { Session } from './session.ts';

/** Seconds that one follow lasts; the next one reads on. */
const followSeconds = 30;
const shortestPauseMs = 250;
const longestPauseMs = 10_000;

export interface FollowRequest {
  readonly node: Node;
  readonly unit: DetachedUnit;
  /** When to stop following, in ms since the epoch; the unit goes on. */
  readonly deadline: number;
  readonly onOutput: (chunk: Buffer) => void;
  /** Called when the connection was lost, before it is attached to again. */
  readonly onLost: (why: string) => void;
}

export type FollowEnd = { readonly kind: 'exit'; readonly exit: Exit } | { readonly kind: 'never-started' };

type Follow = FollowEnd | { readonly kind: 'running' } | { readonly kind: 'lost'; readonly why: string };

const cutOff = (why: string): Follow => ({ kind: 'exit', exit: { kind: 'unknown', why } });

const conclude = (result: CommandResult, unit: DetachedUnit, node: Node): Follow => {
  const state = result.exit.kind === 'code' ? parseFollow(result.stderr) : undefined;
  switch (state?.kind) {
    case undefined:
      return { kind: 'lost', why: result.exit.kind === 'unknown' ? result.exit.why : 'the follow broke off' };
    case 'running':
      return { kind: 'running' };
    case 'ended':
      return { kind: 'exit', exit: { kind: 'code', code: state.code } };
    case 'lost':
      return cutOff(`${unitName(unit)} was killed while it ran on ${node.name}: it left no exit code`);
    case 'rebooted':
      return cutOff(`${node.name} was restarted while ${unitName(unit)} ran: it left no exit code`);
    case 'never-started':
      return { kind: 'never-started' };
  }
};

const followOnce = async (
  session: Session,
  request: FollowRequest,
  offset: number,
  receive: (chunk: Buffer) => void,
): Promise<Follow> => {
  const { node, unit } = request;
  try {
    const command = followDetached(unit, offset, followSeconds);
    return conclude(await session.transport.run(node, command, { onStdout: receive }), unit, node);
  } catch (error) {
    if (error instanceof ConnectError) return { kind: 'lost', why: error.message };
    throw error;
  }
};

/**
 * Follows a unit's output to its end, attaching again from the last byte seen whenever the connection is lost: nothing
 * is lost, nothing comes twice. The exit is `unknown` when the deadline passes or when the unit left no exit code.
 */
export const followUnit = async (session: Session, request: FollowRequest): Promise<FollowEnd> => {
  let offset = 0;
  let pause = shortestPauseMs;
  const receive = (chunk: Buffer): void => {
    offset += chunk.length;
    request.onOutput(chunk);
  };
  for (;;) {
    const follow = await followOnce(session, request, offset, receive);
    if (follow.kind === 'exit' || follow.kind === 'never-started') return follow;
    const lost = session.ownership?.lost();
    if (lost !== undefined) return { kind: 'exit', exit: { kind: 'unknown', inFlight: true, why: lost } };
    if (session.clock.now() > request.deadline) {
      const why = `still running on ${request.node.name} when the time for it was over`;
      return { kind: 'exit', exit: { kind: 'unknown', inFlight: true, why } };
    }
    if (follow.kind === 'running') {
      pause = shortestPauseMs;
      continue;
    }
    request.onLost(follow.why);
    await session.clock.sleep(pause);
    pause = Math.min(pause * 2, longestPauseMs);
  }
};
