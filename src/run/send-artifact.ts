import { receiveFile } from '../commands/restore-test.ts';
import type { Action } from '../model/action.ts';
import type { CommandResult } from '../model/command.ts';
import { succeeded } from '../model/exit.ts';
import { nodeOf, type Session } from './session.ts';

type SendAction = Extract<Action, { do: 'send' }>;

const failed = (stderr: string): CommandResult => ({
  exit: { kind: 'code', code: 1 },
  stdout: '',
  stderr,
  truncated: false,
  durationMs: 0,
});

const send = async (session: Session, action: SendAction): Promise<CommandResult> => {
  const here = await session.artifacts.find(action.artifact);
  const input = await session.artifacts.read(action.artifact);
  if (here === undefined || input === undefined) return failed(`${action.artifact} is not on this machine any more`);
  const result = await session.transport.run(nodeOf(session, action.on), receiveFile(action.path), { input });
  if (!succeeded(result.exit) || result.stdout.trim() === here.sha256) return result;
  return {
    ...failed(`sha256 ${result.stdout.trim()} arrived, ${here.sha256} was sent`),
    durationMs: result.durationMs,
  };
};

/**
 * Copies an artifact to a node as a stream, and compares what arrived with what is here: a copy that differs is a
 * failure. One that is sent once is not kept, whatever came of it: whoever tries again makes it anew.
 */
export const sendArtifact = async (session: Session, action: SendAction): Promise<CommandResult> => {
  try {
    return await send(session, action);
  } finally {
    if (action.once === true) await session.artifacts.remove(action.artifact);
  }
};
