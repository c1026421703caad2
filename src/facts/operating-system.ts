import { read } from '../commands/build.ts';
import { readAssignments } from './assignments.ts';
import { defineFact } from './fact.ts';

export interface OperatingSystem {
  /** `debian`, `ubuntu`. */
  readonly id: string;
  /** What it descends from, nearest first; empty where it says nothing. */
  readonly idLike: readonly string[];
  /** `12`, `24.04`; empty on a rolling release such as Debian unstable. */
  readonly versionId: string;
  readonly codename?: string;
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
}

/** Source: os-release(5); recorded on the lab, Debian 12. */
export const operatingSystem = defineFact<OperatingSystem>({
  id: 'operating-system',
  subject: 'node',
  command: read(['sh', '-c', 'cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release']),
  parse: ({ stdout, code }) => {
    if (code !== 0) return { absent: true };
    const { ID, ID_LIKE, VERSION_ID, VERSION_CODENAME, PRETTY_NAME, NAME } = readAssignments(stdout);
    if (ID === undefined || ID === '') return { unreadable: stdout };
    return {
      value: {
        id: ID,
        idLike: (ID_LIKE ?? '').split(/\s+/).filter((word) => word !== ''),
        versionId: VERSION_ID ?? '',
        ...(VERSION_CODENAME === undefined || VERSION_CODENAME === '' ? {} : { codename: VERSION_CODENAME }),
        name: PRETTY_NAME ?? NAME ?? ID,
      },
    };
  },
});
