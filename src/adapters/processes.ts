import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hasCode } from './files/storage-error.ts';
import { parseProcStat } from './proc-stat.ts';
import type { ProcessMark, Processes } from '../ports/processes.ts';

/** The start time of a process in clock ticks after boot; undefined when there is none. */
const startOf = (pid: number, proc: string): string | undefined => {
  try {
    const { state, ticks } = parseProcStat(readFileSync(`${proc}/${pid}/stat`, 'utf8'));
    // A zombie has ended: only its parent has not asked yet.
    return state === 'Z' ? undefined : ticks;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return undefined;
    throw error;
  }
};

/** Undefined where there is no /proc: then no process of another start of nodeops can be recognised. */
const placeOf = (pid: number, proc: string): string | undefined => {
  try {
    const boot = readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim();
    const namespace = readlinkSync(`${proc}/${pid}/ns/pid`);
    return createHash('sha256').update(`${boot} ${namespace}`).digest('hex').slice(0, 12);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
};

/** Processes as Linux shows them in /proc. Elsewhere each process has a place of its own, and none is ever certainly gone. */
export const createProcesses = (pid = process.pid, proc = '/proc'): Processes => {
  const place = placeOf(pid, proc);
  const own: ProcessMark = {
    pid,
    place: place ?? randomBytes(6).toString('hex'),
    startedAt: place === undefined ? '0' : (startOf(pid, proc) ?? '0'),
  };
  return {
    self: () => own,
    isGone: (mark) => place !== undefined && mark.place === place && startOf(mark.pid, proc) !== mark.startedAt,
  };
};
