/**
 * What tells a process from a later one of the same number, read from /proc/pid/stat: its state (field 3) and the clock
 * tick after boot at which it began (field 22); and its process group (5) beside the one that its terminal listens to
 * (8, -1 without a terminal). The second field is a name in parentheses, which may hold anything. Source: proc(5).
 */
export const parseProcStat = (
  stat: string,
): {
  readonly state: string;
  readonly ticks: string | undefined;
  readonly group: string | undefined;
  readonly terminalGroup: string | undefined;
} => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', ticks: fields[19], group: fields[2], terminalGroup: fields[5] };
};
