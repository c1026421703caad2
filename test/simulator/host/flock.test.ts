import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { benchHost } from './bench-host.ts';

/** Scripts whose outcome is a matter of locks only; L is the file that is locked. */
const scripts: readonly (readonly [string, string])[] = [
  ['an exclusive lock keeps another out', 'exec 9<>L; flock 9; flock -n L true; echo $?'],
  ['a shared lock lets another in', 'exec 9<>L; flock -s 9; flock -s -n L true; echo $?; flock -x -n L true; echo $?'],
  ['a description of one open file is one holder', 'exec 9<>L; flock 9; (flock -n 9; echo $?); flock -n 9; echo $?'],
  ['the lock goes with the last descriptor', 'exec 9<>L; flock 9; exec 9>&-; flock -n L true; echo $?'],
  [
    'a child that inherits keeps it',
    'exec 9<>L; flock 9; (exec 9>&-; flock -n L true; echo $?); flock -n L true; echo $?',
  ],
  ['a subshell ends with it', '(exec 9<>L; flock 9); flock -n L true; echo $?'],
  ['a command without the descriptor', 'exec 9<>L; flock -s 9; true 9<&-; flock -n -x L true; echo $?'],
  ['unlocked', 'exec 9<>L; flock 9; flock -u 9; flock -n L true; echo $?'],
  ['converted', 'exec 9<>L; flock -s 9; flock -x -n 9; echo $?; flock -s -n L true; echo $?'],
  [
    'a lock that cannot be converted is lost',
    'exec 9<>L 8<>L; flock -s 9; flock -s 8; flock -x -n 9; echo $?; flock -x -n L true; echo $?',
  ],
  ['another exit code', 'exec 9<>L; flock 9; flock -n -E 77 L true; echo $?'],
  ['a time-out', 'exec 9<>L; flock 9; flock -w 0.1 L true; echo $?'],
  ['a time-out that is not needed', 'flock -x -w 5 L echo in'],
  ['the exit code of the command', 'flock L sh -c "exit 5"; echo $?'],
  ['a command for the shell', 'flock L -c "echo a; exit 3"; echo $?'],
  ['a read-only descriptor', ': > L; exec 9< L; flock -s -w 1 9 && flock -n -x L true; echo $?'],
  ['no such descriptor', 'flock -n 77; echo $?'],
  ['no argument', 'flock; echo $?'],
  ['the file that replaced it is another', 'exec 9<>L; flock 9; : > M; mv M L; flock -n L true; echo $?'],
];

const real = mkdtempSync(join(tmpdir(), 'nodeops-flock-'));
afterAll(() => rmSync(real, { recursive: true }));

describe('flock(1)', () => {
  it.each(scripts)('%s: as the real one', (_name, script) => {
    const line = `exec 2>&1; cd DIR; rm -f L M; ${script}`;
    const expected = execFileSync('dash', ['-c', line.replace('DIR', real)], { encoding: 'latin1' });
    expect(benchHost().run(line.replace('DIR', '/tmp')).out).toBe(expected);
  });
});

describe('waiting for a lock', () => {
  it('is served in the order of coming, and shared ones together', () => {
    const bench = benchHost();
    const note = (word: string, mode: string, at: number, seconds: number): void => {
      const line = `sleep ${at}; exec 9<>/tmp/L; flock ${mode} 9; echo ${word} >> /tmp/order; sleep ${seconds}`;
      bench.start(line);
    };
    note('first', '-x', 0, 5);
    note('second', '-x', 1, 5);
    note('reader1', '-s', 2, 5);
    note('reader2', '-s', 3, 5);
    note('third', '-x', 4, 1);
    const order = (): readonly string[] => bench.host.files.read('/tmp/order').trimEnd().split('\n');
    bench.pass(11_000);
    expect(order().slice(0, 2)).toEqual(['first', 'second']);
    expect(order().slice(2).toSorted()).toEqual(['reader1', 'reader2']);
    bench.pass(10_000);
    expect(order()[4]).toBe('third');
  });

  it('does not go on for one that was killed', () => {
    const bench = benchHost();
    bench.start('exec 9<>/tmp/L; flock 9; sleep 5');
    const waiting = bench.start('exec 9<>/tmp/L; flock 9; touch /tmp/got');
    bench.pass(1000);
    waiting.signal('KILL');
    bench.pass(10_000);
    expect(bench.host.files.stat('/tmp/got')).toBeUndefined();
    expect(bench.run('flock -n /tmp/L true').code).toBe(0);
  });

  it('ends with its holder, however that ends', () => {
    const bench = benchHost();
    const holder = bench.start('exec 9<>/tmp/L; flock 9; sleep 600');
    bench.pass(1000);
    expect(bench.run('flock -n /tmp/L true').code).toBe(1);
    holder.signal('KILL');
    expect(bench.run('flock -n /tmp/L true').code).toBe(0);
  });
});
