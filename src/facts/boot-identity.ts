import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';
import { startTicks } from './proc-stat.ts';

/** Changes with every boot; in a container only `init` does, since the host's boot_id is shown there. */
export interface BootIdentity {
  readonly bootId: string;
  /** When process 1 started, in clock ticks after the kernel. */
  readonly init: string;
}

/** Source: random(4), boot_id; proc(5), /proc/pid/stat, field 22; recorded on the lab, Debian 12. */
export const bootIdentity = defineFact<BootIdentity>({
  id: 'boot-identity',
  subject: 'node',
  command: read(['cat', '/proc/sys/kernel/random/boot_id', '/proc/1/stat']),
  parse: ({ stdout, stderr }) => {
    const bootId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\n)/.exec(stdout)?.[0];
    const init = startTicks(stdout);
    if (bootId === undefined || init === undefined || !/^\d+$/.test(init))
      return { unreadable: stdout.trim() || stderr };
    return { value: { bootId, init } };
  },
});
