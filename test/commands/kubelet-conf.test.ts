import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lendApiServer, readKubeletConf, returnApiServer } from '../../src/commands/kubelet-conf.ts';
import type { Command } from '../../src/model/command.ts';

const own = 'https://10.0.0.11:6443';
const another = 'https://10.0.0.12:6443';
const text = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: QUJD
    server: ${own}
  name: kubernetes`;

let root = '';
const file = (): string => join(root, 'etc/kubelet.conf');

/** The script with the node's paths in a scratch directory; systemctl only says when it was called. */
const inScratch = ({ argv }: Command): readonly string[] =>
  argv.map((word) =>
    word.replaceAll('/etc/kubernetes', join(root, 'etc')).replaceAll('/var/lib/nodeops', join(root, 'var')),
  );
const run = (argv: readonly string[]): string => {
  const [program = '', ...rest] = argv;
  return execFileSync(program, rest, { encoding: 'utf8', env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin` } });
};
const restarts = (): number =>
  existsSync(join(root, 'restarts')) ? readFileSync(join(root, 'restarts'), 'utf8').length : 0;
const lend = inScratch.bind(undefined, lendApiServer(another));
const giveBack = (restart = true): readonly string[] => inScratch(returnApiServer({ restart }));
/** Ended right before one of its lines. */
const cutBefore = (line: number, [sh = '', c = '', script = '', ...rest]: readonly string[]): readonly string[] => [
  sh,
  c,
  script.split('\n').slice(0, line).join('\n'),
  ...rest,
];
const linesOf = (argv: readonly string[]): number => (argv[2] ?? '').split('\n').length;
const whole = () => ({ text: readFileSync(file(), 'utf8'), mode: statSync(file()).mode, at: statSync(file()).mtimeMs });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubelet-conf-'));
  for (const name of ['etc', 'bin']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'bin/systemctl'), `#!/bin/sh\nprintf x >> ${root}/restarts\n`);
  chmodSync(join(root, 'bin/systemctl'), 0o755);
  writeFileSync(file(), text);
  chmodSync(file(), 0o640);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('an API server that is lent to a kubelet', () => {
  it('is put in the place of its own, and nothing else is changed', () => {
    run(lend());
    expect(readFileSync(file(), 'utf8').trimEnd()).toBe(text.replace(own, another));
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(run(inScratch(readKubeletConf))).toBe(`server ${another}\nbefore ${own}\ntaken\n`);
    expect(restarts()).toBe(1);
  });

  it('is given back to the byte, with its mode and times, and nothing is left', () => {
    const before = whole();
    run(lend());
    run(giveBack());
    expect(whole()).toEqual(before);
    expect(execFileSync('find', [root, '-name', 'kubelet.conf*'], { encoding: 'utf8' })).toBe(`${file()}\n`);
    expect(restarts()).toBe(2);
  });

  it('is given back without a restart where that would start another kubelet', () => {
    run(lend());
    run(giveBack(false));
    expect(readFileSync(file(), 'utf8')).toBe(text);
    expect(restarts()).toBe(1);
  });

  it('leaves in place what somebody else changed meanwhile', () => {
    run(lend());
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('QUJD', 'REVG'));
    run(giveBack());
    expect(readFileSync(file(), 'utf8').trimEnd()).toBe(text.replace('QUJD', 'REVG'));
  });

  it('giving back where nothing was lent does nothing', () => {
    run(giveBack());
    expect([readFileSync(file(), 'utf8'), restarts()]).toEqual([text, 0]);
  });

  it('is not lost to a kill at any line of either, nor to a second one', () => {
    const before = whole();
    for (let at = 0; at <= linesOf(lend()); at += 1)
      for (let then = 0; then <= linesOf(giveBack()); then += 1) {
        run(cutBefore(at, lend()));
        expect(existsSync(file()), `lend cut before line ${at}`).toBe(true);
        run(cutBefore(then, giveBack()));
        expect(existsSync(file()), `return cut before line ${then}`).toBe(true);
        run(giveBack());
        expect(whole(), `cut before lines ${at} and ${then}`).toEqual(before);
        expect(existsSync(join(root, 'var/kubelet.conf'))).toBe(false);
      }
    // Hundreds of shells.
  }, 120_000);

  it('lent again after a kill keeps what it was at first', () => {
    for (let at = 0; at <= linesOf(lend()); at += 1) {
      run(cutBefore(at, lend()));
      run(lend());
      run(giveBack());
      expect(readFileSync(file(), 'utf8'), `cut before line ${at}`).toBe(text);
    }
  });
});
