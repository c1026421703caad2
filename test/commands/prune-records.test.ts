import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pruneRecords } from '../../src/commands/prune-records.ts';
import { runFiles, type RunFiles } from '../../src/facts/run-files.ts';
import type { Parsed } from '../../src/facts/fact.ts';
import { Sandbox } from './sandbox.ts';

const ask = async (sandbox: Sandbox): Promise<Parsed<readonly RunFiles[]>> => {
  if (runFiles.source.kind !== 'command') throw new Error('it is read by a command');
  const { stdout, stderr, code } = await sandbox.run(runFiles.source.command({ node: 'w1', apiServer: '' }));
  return runFiles.source.parse({ stdout, stderr, code: code ?? -1 });
};

/** Writes files below /var/lib/nodeops, all of them so many seconds ago. */
const leave = (sandbox: Sandbox, secondsAgo: number, ...names: readonly string[]): void => {
  const at = Date.now() / 1000 - secondsAgo;
  for (const name of names) {
    const path = sandbox.path('nodeops', name);
    mkdirSync(dirname(path), { recursive: true });
    sandbox.write(`nodeops/${name}`, 'x'.repeat(5000));
    for (let each = path; each !== sandbox.path('nodeops'); each = dirname(each)) utimesSync(each, at, at);
  }
};

const about = (expected: number) =>
  expect.toSatisfy((seconds: number) => Math.abs(seconds - expected) < 60, `about ${expected}`);

describe('run-files', () => {
  it('nothing there', async () => expect(await ask(new Sandbox())).toEqual({ value: [] }));

  it('sizes, ages and snapshots of each run; what lies beside them is none', async () => {
    const sandbox = new Sandbox();
    leave(sandbox, 90_000, 'r1/drain-node-ab-1-1/output', 'r1/etcd-before-1.36.3.db', 'r1/etcd-before-1.36.3.json');
    leave(sandbox, 5000, 'r2/drain-node-ab-1-1/output');
    leave(sandbox, 0, 'holds', 'lost found/x', 'r2/etcd-before-$(x).db');
    symlinkSync('/etc', sandbox.path('nodeops', 'elsewhere'));
    expect(await ask(sandbox)).toEqual({
      value: [
        {
          run: 'r1',
          bytes: expect.toSatisfy((bytes: number) => bytes >= 15_000 && bytes < 100_000),
          ageSeconds: about(90_000),
          snapshots: ['etcd-before-1.36.3.db', 'etcd-before-1.36.3.json'],
        },
        { run: 'r2', bytes: expect.any(Number), ageSeconds: about(0), snapshots: [] },
      ],
    });
  });

  it('what questions left that are over; one that is at work, or has just begun, is not seen', async () => {
    const sandbox = new Sandbox();
    leave(sandbox, 5, 'asked-kubelet.aaaaaa/lock', 'asked-kubelet.bbbbbb/lock', 'asked-components.cccccc/x');
    leave(sandbox, 100, 'asked-components.dddddd/x');
    const locked = lock(sandbox, 'nodeops/asked-kubelet.bbbbbb/lock');
    await locked.held;
    const asked = { bytes: expect.any(Number), snapshots: [], asked: true };
    expect(await ask(sandbox)).toEqual({
      value: [
        { run: 'asked-components.dddddd', ageSeconds: about(100), ...asked },
        { run: 'asked-kubelet.aaaaaa', ageSeconds: about(5), ...asked },
      ],
    });
    await locked.letGo();
  });

  it('a directory that only changed inside is as young as that', async () => {
    const sandbox = new Sandbox();
    leave(sandbox, 90_000, 'r1/a/output');
    leave(sandbox, 10, 'r1/b/output');
    utimesSync(sandbox.path('nodeops', 'r1'), 1000, 1000);
    expect(await ask(sandbox)).toMatchObject({ value: [{ ageSeconds: about(10) }] });
  });
});

/** Holds the lock of a file as a question at work does. */
const lock = (sandbox: Sandbox, name: string) => {
  const child = spawn('flock', [sandbox.path(name), 'sh', '-c', 'echo held; exec cat']);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const held = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  onTestFinished(() => void child.kill());
  const letGo = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { held, letGo };
};

describe('pruneRecords', () => {
  it('removes whole runs and single files, and nothing else', async () => {
    const sandbox = new Sandbox();
    leave(sandbox, 0, 'r1/a/output', 'r2/a/output', 'r2/etcd-before-1.36.3.db', 'r3/a/output', 'holds');
    const command = pruneRecords({ runs: ['r1'], questions: [], files: ['r2/etcd-before-1.36.3.db'] });
    expect(command).toMatchObject({ effect: 'write', lifetime: 'attached', become: true });
    expect(await sandbox.run(command)).toMatchObject({ code: 0, stderr: '' });
    const there = ['r1', 'r2/a/output', 'r2/etcd-before-1.36.3.db', 'r3/a/output', 'holds'];
    expect(there.filter((name) => sandbox.has(`nodeops/${name}`))).toEqual(['r2/a/output', 'r3/a/output', 'holds']);
  });

  it('removes what a question left, and what containerd keeps of it; one that is at work keeps its own', async () => {
    const sandbox = new Sandbox();
    sandbox.program('ctr', 'exit 1');
    const [over, atWork] = ['asked-components.aaaaaa', 'asked-kubelet.bbbbbb'];
    leave(sandbox, 0, `${over}/lock`, `${over}/kube-apiserver/x`, `${atWork}/lock`);
    const locked = lock(sandbox, `nodeops/${atWork}/lock`);
    await locked.held;
    const { code } = await sandbox.run(pruneRecords({ runs: [], questions: [over, atWork], files: [] }));
    expect(code).toBe(1);
    expect([over, atWork].filter((name) => sandbox.has(`nodeops/${name}`))).toEqual([atWork]);
    expect(sandbox.calls).toEqual([
      `ctr --namespace=k8s.io images unmount --rm ${sandbox.path('nodeops', over, 'kube-apiserver')}`,
    ]);
    await locked.letGo();
    expect(await sandbox.run(pruneRecords({ runs: [], questions: [over, atWork], files: [] }))).toMatchObject({
      code: 0,
    });
    expect(sandbox.has(`nodeops/${atWork}`)).toBe(false);
  });

  it('never a file where a directory is meant', async () => {
    const sandbox = new Sandbox();
    leave(sandbox, 0, 'holds');
    await sandbox.run(pruneRecords({ runs: ['holds'], questions: ['holds'], files: [] }));
    expect(sandbox.has('nodeops/holds')).toBe(true);
  });

  it.each([['..'], ['.'], ['/etc'], [''], ['a b'], ['*'], ['a/..']])('refuses the name %j', (name) => {
    expect(() => pruneRecords({ runs: [name], questions: [], files: [] })).toThrow(TypeError);
    expect(() => pruneRecords({ runs: [], questions: [name], files: [] })).toThrow(TypeError);
    expect(() => pruneRecords({ runs: [], questions: [], files: [`r1/${name}`] })).toThrow(TypeError);
  });
});
