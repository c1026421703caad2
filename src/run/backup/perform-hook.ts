import { gatheredIn, hookOutput, hookOutcomeName } from '../../backup/names.ts';
import type { HookOutcome } from '../../backup/hook-outcome.ts';
import { writeDocument } from '../../backup/manifest.ts';
import type { HookStanding } from '../../facts/hook-standing.ts';
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
  { command: { argv, env = {}, timeoutMs, stdin }, directory = '/' }: HookAction,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> =>
  (await storageOf(session)).local.run(
    { argv, env, directory, timeoutMs, ...(stdin === undefined ? {} : { stdin }) },
    onOutput,
  );

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

const keepForBackup = async (
  { artifacts, cluster }: Session,
  backup: string,
  action: HookAction,
  result: CommandResult,
) => {
  const { hook } = action;
  await writeText(artifacts, `${gatheredIn(cluster.name, backup)}/${hookOutput(hook)}`, result.stdout + result.stderr);
  const outcome = writeDocument(outcomeOf(action, result));
  await writeText(artifacts, hookOutcomeName(cluster.name, backup, hook), outcome);
};

type Standing = Extract<HookAction['keep'], { as: 'standing' }>;

const writeStanding = (
  { artifacts }: Session,
  { artifact, when, run, from }: Standing,
  end: Pick<HookStanding, 'ok' | 'trouble'>,
): Promise<void> => {
  const standing: HookStanding = { format: 1, when, run, ...end, ...(from === undefined ? {} : { from }) };
  return writeText(artifacts, artifact, writeDocument(standing));
};

const run = (
  session: Session,
  action: HookAction,
  onNode: () => Promise<CommandResult>,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> => (action.on === operatorsMachine ? here(session, action, onOutput) : there(onNode));

/**
 * Runs a hook and keeps how it ended, also where it failed: only that tells that it had its turn. Of a backup, whose rest
 * is worth storing without it, what it printed is kept as well; of a maintenance, that it was begun, before it is. `onNode`
 * runs it where it belongs to a node.
 */
export const performHook = async (
  session: Session,
  action: HookAction,
  onNode: () => Promise<CommandResult>,
  onOutput: (chunk: Buffer) => void,
): Promise<CommandResult> => {
  const { keep } = action;
  if (keep.as === 'standing') await writeStanding(session, keep, { trouble: '' });
  const result = await run(session, action, onNode, onOutput);
  // Whoever lost the cluster tells nothing more about it.
  if (session.ownership?.lost() !== undefined) return result;
  if (keep.as === 'backup') await keepForBackup(session, keep.backup, action, result);
  // What may still go on has not ended: that it was begun is all that is known.
  else if (result.exit.kind !== 'unknown') {
    const { ok, trouble } = outcomeOf(action, result);
    await writeStanding(session, keep, { ok, trouble });
  }
  return result;
};
