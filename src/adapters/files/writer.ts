import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Writer } from '../../ports/journal-store.ts';
import { parseProcStat } from '../proc-stat.ts';
import { hasCode } from './storage-error.ts';

/**
 * Which process writes a run's record. `start` tells it from a later one of the same number: the boot and the clock tick
 * at which it began; empty where the system does not tell (no /proc).
 */
export interface WriterIdentity {
  readonly host: string;
  readonly pid: string;
  readonly start: string;
}

const startOf = async (pid: string): Promise<string | undefined> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${parseProcStat(stat).ticks ?? ''}`;
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return undefined;
    throw error;
  }
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
};

/** The process that asks. */
export const thisWriter = async (): Promise<WriterIdentity> => {
  const pid = String(process.pid);
  return { host: hostname(), pid, start: (await startOf(pid)) ?? '' };
};

/** Whether the process that a header names still lives. A header that names none was written by one that is gone. */
export const writerState = async (header: Readonly<Record<string, unknown>>): Promise<Writer> => {
  const { host, pid, start } = header;
  if (typeof host !== 'string' || typeof pid !== 'string' || !/^[1-9]\d{0,9}$/.test(pid)) return 'gone';
  if (host !== hostname()) return 'elsewhere';
  if (!lives(Number(pid))) return 'gone';
  const now = await startOf(pid);
  return now === undefined || start === '' || now === start ? 'alive' : 'gone';
};
