import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';
import { startedAt, startTicks } from './proc-stat.ts';

/**
 * When the machine (or container) began to run, in ms since 1970 by its own clock of now, to a second. Source: proc(5),
 * /proc/stat `btime` (seconds) and /proc/pid/stat, field 22 (clock ticks after it); recorded on the lab, Debian 12.
 */
export const machineStart = defineFact<number>({
  id: 'machine-start',
  subject: 'node',
  command: read(['sh', '-c', 'getconf CLK_TCK; grep ^btime /proc/stat; cat /proc/1/stat']),
  parse: ({ stdout, stderr }) => {
    const [, ticks, bootedAt] = /^(\d+)\nbtime (\d+)\n/.exec(stdout) ?? [];
    const begun = startTicks(stdout) ?? '';
    if (ticks === undefined || bootedAt === undefined || ticks === '0' || !/^\d+$/.test(begun))
      return { unreadable: stdout.trim() || stderr };
    return { value: startedAt(bootedAt, begun, ticks) };
  },
});
