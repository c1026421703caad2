import type { Command, Effect } from '../../model/command.ts';

const tenMinutes = 600_000;
/** Eight GiB at 1 MiB/s, and some more. */
const threeHours = 3 * 3_600_000;

const script = (effect: Effect, timeoutMs: number, text: string, args: readonly string[]): Command => ({
  argv: ['sh', '-c', text, 'nodeops-backup', ...args],
  effect,
  lifetime: 'attached',
  timeoutMs,
  become: false,
});

/** A script on a host that keeps backups, as whoever logs in there. */
export const read = (text: string, ...args: readonly string[]): Command => script('read', tenMinutes, text, args);
export const write = (text: string, ...args: readonly string[]): Command => script('write', threeHours, text, args);
