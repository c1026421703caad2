/**
 * When a process began, in clock ticks after the kernel, of its /proc/pid/stat, which ends the text; not always a number.
 * Source: proc(5), field 22. The second field is a name in parentheses, which may hold anything; the third follows the
 * last of them.
 */
export const startTicks = (stat: string): string | undefined => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];

/**
 * The same in ms since 1970 by the clock of now, to a second: of seconds since 1970 (/proc/stat, `btime`), ticks, and how
 * many of them a second has (`getconf CLK_TCK`), all as they are printed.
 */
export const startedAt = (bootedAt: string, ticks: string, ticksPerSecond: string): number =>
  (Number(bootedAt) + Math.floor(Number(ticks) / Number(ticksPerSecond))) * 1000;
