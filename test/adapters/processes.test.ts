import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createProcesses } from '../../src/adapters/processes.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A /proc of our own. */
const fakeProc = (boot: string, namespace: string, processes: Readonly<Record<number, string>>): string => {
  const proc = mkdtempSync(join(tmpdir(), 'nodeops-proc-'));
  folders.push(proc);
  mkdirSync(join(proc, 'sys/kernel/random'), { recursive: true });
  writeFileSync(join(proc, 'sys/kernel/random/boot_id'), `${boot}\n`);
  for (const [pid, stat] of Object.entries(processes)) {
    mkdirSync(join(proc, pid, 'ns'), { recursive: true });
    writeFileSync(join(proc, pid, 'stat'), stat);
    symlinkSync(`pid:[${namespace}]`, join(proc, pid, 'ns/pid'));
  }
  return proc;
};
const stat = (start: number, state = 'S', name = 'node'): string =>
  `42 (${name}) ${state} ${Array(18).fill('0').join(' ')} ${start} 0 0\n`;
const usual = { 42: stat(700) };
const here = (processes: Readonly<Record<number, string>> = usual, boot = 'b1', namespace = '1') =>
  createProcesses(42, fakeProc(boot, namespace, processes));

describe('processes of this machine', () => {
  it('knows itself, and that it lives', () => {
    const processes = createProcesses();
    const self = processes.self();
    expect(self).toEqual({
      pid: process.pid,
      place: expect.stringMatching(/^[0-9a-f]{12}$/),
      startedAt: expect.stringMatching(/^\d+$/),
    });
    expect([processes.isGone(self), createProcesses().isGone(self)]).toEqual([false, false]);
  });

  it('notices that another one has ended', async () => {
    const child = spawn('sleep', ['60']);
    const { pid } = child;
    if (pid === undefined) throw new Error('sleep did not start');
    const mark = createProcesses(pid).self();
    expect(createProcesses().isGone(mark)).toBe(false);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(createProcesses().isGone(mark)).toBe(true);
  });

  it.each([
    ['lives', here(), false],
    ['its PID was given to another', here({ 42: stat(701) }), true],
    ['is a zombie', here({ 42: stat(700, 'Z') }), true],
    ['has a name with a parenthesis', here({ 42: stat(700, 'S', 'a) b (c') }), false],
  ])('%s', (_what, processes, gone) => {
    expect(processes.isGone(here().self())).toBe(gone);
  });

  it.each([
    ['another boot', here(usual, 'b2')],
    ['another PID namespace', here(usual, 'b1', '2')],
  ])('of %s it says nothing', (_what, processes) => {
    expect(processes.isGone({ ...here().self(), pid: 99 })).toBe(false);
  });

  it('a PID that nobody has is gone', () => {
    expect(here().isGone({ ...here().self(), pid: 99 })).toBe(true);
  });

  it('without /proc each process is a place of its own', () => {
    const [a, b] = [createProcesses(42, '/nowhere'), createProcesses(42, '/nowhere')];
    expect(a.self().place).not.toBe(b.self().place);
    expect([a.isGone(b.self()), a.isGone(a.self())]).toEqual([false, false]);
  });
});
