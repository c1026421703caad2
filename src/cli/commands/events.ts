import { exitCode } from '../../model/errors.ts';
import { paintFor } from '../../report/paint.ts';
import { timeLineText } from '../../report/time-line-text.ts';
import type { SelectionOptions } from '../inventory.ts';
import { eachCluster, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { sinceOf } from '../since.ts';
import { timeLine } from '../time-line.ts';

export interface EventsOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'table' | 'json';
  readonly acceptNewHostKeys?: boolean;
  readonly since: string;
}

/**
 * `nodeops events`: one time line of what the cluster says that happened, and what runs of this machine did. Changes
 * nothing. Exit code 3 where a node was not reached, or the cluster did not tell.
 * @throws UsageError before anything is connected to, BrokenJournal
 */
export const events = async (parts: Parts, options: EventsOptions): Promise<number> => {
  const since = await sinceOf(parts, options.since);
  return eachCluster(parts, options, async (whole) => {
    const { session, lost } = await reachedOnly(parts, whole);
    const line = await timeLine(parts, session, since);
    parts.stdout.write(
      options.output === 'json' ? `${JSON.stringify(line)}\n` : timeLineText(line, paintFor(parts.stdout, parts.env)),
    );
    return lost.size > 0 || line.unread.length > 0 ? exitCode.blocked : exitCode.done;
  });
};
