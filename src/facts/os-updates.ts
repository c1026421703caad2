import { simulateUpgrade } from '../commands/os-updates.ts';
import { defineFact } from './fact.ts';

/** One package that `apt-get upgrade` would bring. */
export interface OsUpdate {
  readonly name: string;
  /** What is installed; missing where it is new: a kernel, for example. */
  readonly from?: string;
  readonly to: string;
  /** Where it comes from: `Debian-Security:12/stable-security`, several behind each other. */
  readonly origins: string;
}

/** `Inst libc6 [2.36-9] (2.36-10 Debian:12.1/stable, Debian-Security:12/stable-security [amd64])` */
const line = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+)(?: ([^[)]*?))?(?: \[[^\]]*\])?\)/;

/**
 * What the node's lists offer beyond what is installed, held packages and those that would have to remove others left
 * out. Source: apt-get(8), `--simulate`; recorded on the lab, Debian 12, apt 2.6.1.
 */
export const osUpdates = defineFact<readonly OsUpdate[]>({
  id: 'os-updates',
  subject: 'node',
  command: simulateUpgrade,
  parse: ({ stdout, stderr, code }) => {
    if (code !== 0) return { unreadable: stderr.trim() || stdout };
    const value: OsUpdate[] = [];
    for (const each of stdout.split('\n')) {
      if (!each.startsWith('Inst ')) continue;
      const [, name, from, to, origins = ''] = line.exec(each) ?? [];
      if (name === undefined || to === undefined) return { unreadable: each };
      value.push({ name, ...(from === undefined ? {} : { from }), to, origins });
    }
    return { value };
  },
});
