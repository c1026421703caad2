import { readGround, type Ground } from '../commands/practice.ts';
import { readProperties } from './assignments.ts';
import { defineFact } from './fact.ts';

/** The mark of a node on which tasks may be set up; absent on every other. */
export const practiceGround = defineFact<Ground>({
  id: 'practice-ground',
  subject: 'node',
  command: readGround(),
  parse: ({ stdout, stderr, code }) => {
    if (code !== 0) return { unreadable: stderr };
    if (stdout.trim() === 'none') return { absent: true };
    const { cluster, authority } = readProperties(stdout);
    return cluster === undefined || authority === undefined
      ? { unreadable: stdout }
      : { value: { cluster, authority } };
  },
});
