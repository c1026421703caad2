import { parseAge } from '../documents/age.ts';
import { parseDuration } from '../model/duration.ts';
import { UsageError } from '../model/errors.ts';
import type { Parts } from './parts.ts';
import { readNamed } from './stored-runs.ts';

/** Run ids begin with their day. */
const runForm = /^(last$|\d{4}-)/;

/**
 * Since when, in ms since 1970, by this machine's clock: so long ago, or since a run began.
 * @throws UsageError for what is neither, or a run that is not there; BrokenJournal
 */
export const sinceOf = async (parts: Parts, text: string): Promise<number> => {
  const ago = parseDuration(text) ?? parseAge(text);
  if (ago !== undefined) return parts.clock.now() - ago;
  if (!runForm.test(text))
    throw new UsageError(
      `--since ${text}: expected a duration such as 90m, 2h or 3d, or a run: its id, the beginning of it, or last`,
    );
  const { outline } = await readNamed(parts, text);
  if (outline.startedAt !== undefined) return outline.startedAt;
  throw new UsageError(`--since ${text}: the run ${outline.run} was killed before its first event: say how long ago`);
};
