import { read } from '../commands/build.ts';
import type { ClockReading } from '../model/clock-reading.ts';
import { defineFact } from './fact.ts';

export type HostClock = ClockReading;

/** Source: date(1); recorded on the lab, Debian 12, coreutils 9.1. */
export const hostClock = defineFact<HostClock>({
  id: 'host-clock',
  subject: 'node',
  command: read(['date', '+%s.%N']),
  parse: ({ stdout, stderr, asked }) => {
    const [, seconds, fraction = '0'] = /^(\d{1,12})(?:\.(\d+))?/.exec(stdout.trim()) ?? [];
    if (seconds === undefined) return { unreadable: stdout.trim() || stderr };
    const epochMs = Number(seconds) * 1000 + Math.floor(Number(`0.${fraction}`) * 1000);
    return { value: { epochMs, ...(asked === undefined ? {} : { asked }) } };
  },
});
