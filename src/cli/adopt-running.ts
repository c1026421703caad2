import { describeExit } from '../model/exit.ts';
import { withoutControlSequences } from '../model/text.ts';
import { adopt, runningCommands, type AdoptedCommand } from '../run/adopt.ts';
import type { Session } from '../run/session.ts';
import type { Parts } from './parts.ts';

/** Commands of an earlier run that still go on are waited for: only then is it known what is left to do. */
export const adoptRunning = async (
  parts: Parts,
  session: Session,
  dryRun: boolean,
): Promise<readonly AdoptedCommand[]> => {
  const adopted: AdoptedCommand[] = [];
  for (const running of await runningCommands(session)) {
    const { node, record } = running;
    const what = `${node.name} still runs \`${record.line ?? record.unit}\` of run ${record.run}`;
    if (dryRun) {
      parts.stderr.write(`note: ${what}; this plan is of the moment\n`);
      continue;
    }
    // Before anybody reads of it: whoever then presses Ctrl-C lets go of it.
    parts.attached(`${what}; the same command again waits for it`);
    parts.stderr.write(`${what}: attached\n`);
    const ended = await adopt(session, running, (text) => void parts.stderr.write(withoutControlSequences(text)));
    parts.attached(undefined);
    parts.stderr.write(`${node.name}: it ended with ${describeExit(ended.exit)}\n`);
    adopted.push(ended);
  }
  return adopted;
};
