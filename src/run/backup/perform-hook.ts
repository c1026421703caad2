import { gatheredIn, hookOutput, hookOutcomeName } from '../../backup/names.ts';
import type { HookOutcome } from '../../backup/hook-outcome.ts';
import { writeDocument } from '../../backup/manifest.ts';
import { hookTimedOut } from '../../commands/backup-hook.ts';
import { operatorsMachine, type Action } from '../../model/action.ts';
import type { CommandResult } from '../../model/command.ts';
import { describeExit, succeeded } from '../../model/exit.ts';
import { withoutControlSequences } from '../../model/text.ts';
import { ConnectError } from '../../ports/transport.ts';
import { writeText } from '../kept-text.ts';
import type { Session } from '../session.ts';
import { storageOf } from './store-backup.ts';

type HookAction = Extract<Action, { do: 'hook' }>;

const here = async (
  session: Session,
  { command: { argv, env = {}, timeoutMs }, directory = '/' }: HookAction,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> => (await storageOf(session)).local.run({ argv, env, directory, timeoutMs }, onOutput);

/** A node that cannot be reached fails its hook, not the backup. */
const there = async (onNode: () => Promise<CommandResult>): Promise<CommandResult> => {
  try {
    return await onNode();
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const exit = { kind: 'unknown', why: error.message } as const;
    return { exit, stdout: '', stderr: '', truncated: false, durationMs: 0 };
  }
};

const lastLine = (text: string): string => withoutControlSequences(text).trimEnd().split('\n').at(-1)?.trim() ?? '';

const outcomeOf = ({ hook, on }: HookAction, { exit, stdout, stderr, durationMs }: CommandResult): HookOutcome => {
  const ok = succeeded(exit);
  const late = exit.kind === 'code' && exit.code === hookTimedOut;
  const ended = `${describeExit(exit)}${late ? ' (not over in its time)' : ''}`;
  const said = lastLine(`${stdout}${stderr}`).slice(0, 500);
  return { format: 1, hook, on, ok, ended, trouble: ok ? '' : said === '' ? ended : `${ended}: ${said}`, durationMs };
};

/**
 * Runs a hook and keeps what it printed and how it ended, also where it failed: only that tells that it had its turn. The
 * rest of a backup is worth storing without it. `onNode` runs it where it belongs to a node.
 */
export const performHook = async (
  session: Session,
  action: HookAction,
  onNode: () => Promise<CommandResult>,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> => {
  const result = await (action.on === operatorsMachine ? here(session, action, onOutput) : there(onNode));
  // Whoever lost the cluster tells nothing more about it.
  if (session.ownership?.lost() !== undefined) return result;
  const { artifacts, cluster } = session;
  const { hook, backup } = action;
  await writeText(artifacts, `${gatheredIn(cluster.name, backup)}/${hookOutput(hook)}`, result.stdout + result.stderr);
  const outcome = writeDocument(outcomeOf(action, result));
  await writeText(artifacts, hookOutcomeName(cluster.name, backup, hook), outcome);
  return result;
};
