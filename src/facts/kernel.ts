import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface Kernel {
  readonly release: string;
  /** As in package names: `amd64`, `arm64`. */
  readonly architecture: string;
}

const packageNames: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'armhf' };

/** Source: uname(1), dpkg(1) `--print-architecture`; recorded on the lab, Debian 12. */
export const kernel = defineFact<Kernel>({
  id: 'kernel',
  subject: 'node',
  command: read(['sh', '-c', 'uname -r; uname -m; dpkg --print-architecture 2>/dev/null; :']),
  parse: ({ stdout }) => {
    const [release = '', machine = '', architecture] = stdout.trim().split(/\s+/);
    if (release === '' || machine === '') return { unreadable: stdout };
    return { value: { release, architecture: architecture ?? packageNames[machine] ?? machine } };
  },
});
