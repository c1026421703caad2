import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLocalCommands } from '../../src/adapters/local-commands.ts';
import type { LocalCommand } from '../../src/ports/local-commands.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'nodeops-local-')));
afterAll(() => rmSync(directory, { recursive: true }));

const commands = createLocalCommands({ PATH: process.env['PATH'], OWN: 'mine' }, { graceMs: 300, lingerMs: 300 });
const run = async (script: string, change: Partial<LocalCommand> = {}) => {
  const heard: string[] = [];
  const command = {
    argv: ['sh', '-c', script],
    env: { NODEOPS_BACKUP: 'b1' },
    directory,
    timeoutMs: 20_000,
    ...change,
  };
  const result = await commands.run(command, (chunk) => heard.push(chunk.toString()));
  return { ...result, heard: heard.join('') };
};

/** A process that ended has no directory in /proc; a zombie has no command line. */
const gone = async (pid: string): Promise<boolean> => {
  const until = Date.now() + 5000;
  while (Date.now() < until) {
    const { stdout } = await run(`cat /proc/${pid}/cmdline 2> /dev/null | wc -c`);
    if (stdout.trim() === '0') return true;
  }
  return false;
};

describe('commands on this machine', () => {
  it('both streams come in one, as they are printed', async () => {
    const { exit, stdout, stderr, heard } = await run('echo one; echo two >&2; exit 3');
    expect(exit).toEqual({ kind: 'code', code: 3 });
    expect([stdout, stderr]).toEqual(['one\ntwo\n', '']);
    expect(heard).toBe(stdout);
  });

  it('has the environment of nodeops, the directory, and nothing to read', async () => {
    const { stdout } = await run('echo "$OWN $NODEOPS_BACKUP $(pwd)"; cat');
    expect(stdout).toBe(`mine b1 ${directory}\n`);
  });

  it('reads what it is told; one that does not read it is no worse for it', async () => {
    const stdin = `${'x'.repeat(1_000_000)}\n`;
    expect((await run('wc -c', { stdin })).stdout.trim()).toBe('1000001');
    expect((await run('exit 0', { stdin })).exit).toEqual({ kind: 'code', code: 0 });
  });

  it('a program or a directory that is not there is named', async () => {
    expect(await run('', { argv: ['no-such-program'] })).toMatchObject({
      exit: { kind: 'code', code: 127 },
      stdout: expect.stringMatching(/^no-such-program: not found/),
    });
    expect(await run('', { directory: `${directory}/gone` })).toMatchObject({ exit: { kind: 'code', code: 127 } });
  });

  it('a signal is told', async () =>
    expect((await run('kill -KILL $$')).exit).toEqual({ kind: 'signal', signal: 'KILL' }));

  it('what is not over in time is ended with its children, also where they ignore it', async () => {
    const { exit, stdout, durationMs } = await run('trap "" TERM; sleep 30 & echo $!; wait; sleep 30', {
      timeoutMs: 200,
    });
    expect(exit).toEqual({ kind: 'code', code: 124 });
    expect(durationMs).toBeLessThan(10_000);
    expect(await gone(stdout.trim())).toBe(true);
  });

  it('what was left in the background does not keep it waiting', async () => {
    const { exit, stdout, durationMs } = await run('sleep 20 & echo $!');
    expect(exit).toEqual({ kind: 'code', code: 0 });
    expect(durationMs).toBeLessThan(10_000);
    process.kill(Number(stdout.trim()));
  });

  it('of much output the last MiB is kept', async () => {
    const { stdout, truncated } = await run('head -c 3000000 /dev/zero | tr "\\0" x; echo end');
    expect(truncated).toBe(true);
    expect(stdout.length).toBe(1024 * 1024);
    expect(stdout).toMatch(/xend\n$/);
  });
});
