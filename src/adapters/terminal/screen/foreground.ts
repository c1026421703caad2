import { readFileSync } from 'node:fs';
import { parseProcStat } from '../../proc-stat.ts';

/**
 * Whether the terminal listens to this process: not after `bg`, or behind `&`, where whoever sets the terminal's mode is
 * stopped (SIGTTOU). Where there is no /proc it is taken for granted. Source: proc(5), tcsetattr(3).
 */
export const isInForeground = (read: () => string = () => readFileSync('/proc/self/stat', 'utf8')): boolean => {
  let stat: string;
  try {
    stat = read();
  } catch {
    return true;
  }
  const { group, terminalGroup } = parseProcStat(stat);
  return terminalGroup === undefined || terminalGroup === '-1' || group === terminalGroup;
};
