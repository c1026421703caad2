import { readStagedImages } from '../commands/stage.ts';
import type { Version } from '../model/version.ts';
import { parseVersion } from '../model/version.ts';
import { defineFact } from './fact.ts';

/** Which version's images were pulled beforehand. */
export interface StagedImages {
  readonly version: Version;
  /** Those that the runtime has no longer. */
  readonly missing: readonly string[];
}

/** Absent where none were. Source: our own file (commands/stage.ts), `ctr images ls -q`; recorded on the lab. */
export const stagedImages = defineFact<StagedImages>({
  id: 'staged-images',
  subject: 'node',
  command: readStagedImages,
  parse: ({ stdout, stderr, code }) => {
    const lines = stdout.split('\n').filter((line) => line !== '');
    if (code !== 0) return { unreadable: stderr.trim() || stdout };
    if (lines.length === 0) return { absent: true };
    const version = parseVersion(/^version (\S+)$/.exec(lines[0] ?? '')?.[1] ?? '');
    const missing = lines.slice(1).map((line) => /^missing (\S+)$/.exec(line)?.[1]);
    if (version === undefined || missing.includes(undefined)) return { unreadable: stdout };
    return { value: { version, missing: missing.filter((image) => image !== undefined) } };
  },
});
