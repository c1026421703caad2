import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface HostClock {
  readonly epochMs: number;
}

/** Source: date(1); recorded on the lab, Debian 12, coreutils 9.1. */
export const hostClock = defineFact<HostClock>({
  id: 'host-clock',
  subject: 'node',
  command: read(['date', '+%s.%N']),
  parse: ({ stdout, stderr }) => {
    const [, seconds, fraction = '0'] = /^(\d{1,12})(?:\.(\d+))?/.exec(stdout.trim()) ?? [];
    if (seconds === undefined) return { unreadable: stdout.trim() || stderr };
    return { value: { epochMs: Number(seconds) * 1000 + Math.floor(Number(`0.${fraction}`) * 1000) } };
  },
});
