import { recordedCommands, type RecordedCommand } from '../facts/recorded-commands.ts';
import { valueOf } from '../facts/fact.ts';
import { allHosts, type Node } from '../model/cluster.ts';
import type { Exit } from '../model/exit.ts';
import { followUnit } from './follow-unit.ts';
import { observeNode } from './observe.ts';
import type { Session } from './session.ts';

/** A command of ours that a node still runs although the run that began it is gone. */
export interface RunningCommand {
  readonly node: Node;
  readonly record: RecordedCommand;
}

export interface AdoptedCommand {
  readonly node: string;
  readonly run: string;
  readonly unit: string;
  readonly line: string;
  readonly exit: Exit;
}

/** As long as the longest of our commands may take. */
const patienceMs = 60 * 60_000;

const onNode = async (session: Session, node: Node): Promise<readonly RunningCommand[]> => {
  const seen = (await observeNode(session, node.name, [recordedCommands])).get(recordedCommands.key);
  return (valueOf(recordedCommands, seen) ?? []).filter(({ running }) => running).map((record) => ({ node, record }));
};

/** Looks on every node for commands of earlier runs that still go on. */
export const runningCommands = async (session: Session): Promise<readonly RunningCommand[]> =>
  (await Promise.all(allHosts(session.cluster).map((node) => onNode(session, node)))).flat();

/** Waits for such a command to end, showing what it prints from its first byte on. */
export const adopt = async (
  session: Session,
  { node, record }: RunningCommand,
  onOutput: (text: string) => void,
): Promise<AdoptedCommand> => {
  const decoder = new TextDecoder();
  const end = await followUnit(session, {
    node,
    unit: { run: record.run, name: record.unit },
    deadline: session.clock.now() + patienceMs,
    onOutput: (chunk) => onOutput(decoder.decode(chunk, { stream: true })),
    onLost: (why) => onOutput(`connection lost (${why}); attaching again\n`),
  });
  const exit: Exit = end.kind === 'exit' ? end.exit : { kind: 'unknown', why: 'it was never started' };
  return { node: node.name, run: record.run, unit: record.unit, line: record.line ?? record.unit, exit };
};
