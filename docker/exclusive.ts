import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache } from './paths.ts';
import { tell } from './progress.ts';

/** Lets one lab process at a time do something (build, take an address): several may be started at once. */
export async function exclusively<T>(what: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(join(cache, 'locks'), { recursive: true });
  const file = join(cache, 'locks', what);
  for (let waiting = false; !take(file); waiting = true) {
    if (!waiting) tell(`waiting for another lab process (${what})`);
    await sleep(200);
  }
  const release = (): void => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // Ctrl-C leaves the file behind; a holder that is gone holds nothing.
    if (!holderLives(file)) rmSync(file, { force: true });
    return false;
  }
}

function holderLives(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
