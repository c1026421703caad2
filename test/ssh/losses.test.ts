import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/model/command.ts';
import { openLab, shell, until } from './lab.ts';
import type { Sshd } from './sshd.ts';

const lab = openLab();
afterAll(() => lab.close());

const quickKeepalive = { keepaliveIntervalMs: 200, keepaliveCountMax: 3 };

const started = (file: string): string => `echo $$ > ${file}; exec sleep 20`;
const endStarted = (file: string): void => {
  if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
};

const killSessions = (sshd: Sshd): void => {
  for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
};

/** Waits until the command runs on the node, does something to the connection, and gives the command's end. */
const meanwhile = async (run: Promise<CommandResult>, file: string, act: () => void): Promise<CommandResult> => {
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  act();
  try {
    return await run;
  } finally {
    endStarted(file);
    rmSync(file);
  }
};

describe('a connection that goes', () => {
  it('while a command runs: unknown, and the next call connects again', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    const file = `${lab.directory}/killed`;
    const run = transport.run(lab.node(sshd), shell(started(file), { effect: 'write' }));
    const { exit } = await meanwhile(run, file, () => killSessions(sshd));
    expect(exit).toMatchObject({ kind: 'unknown', why: expect.stringContaining('connection lost') });
    expect((await transport.run(lab.node(sshd), shell('echo again'))).stdout).toBe('again\n');
  });

  it('after an exit code, with output missing: unknown', async () => {
    const sshd = await lab.trusted();
    const file = `${lab.directory}/orphan`;
    // The shell ends with 0, a child keeps its stdout: sshd reports the code and waits for the rest.
    const run = lab.transport().run(lab.node(sshd), shell(`sleep 20 & echo $! > ${file}; echo part`));
    const { exit } = await meanwhile(run, file, () => {
      killSessions(sshd);
    });
    expect(exit.kind).toBe('unknown');
  });

  it('while idle: noticed, does not end the process, and costs the next call nothing', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    await transport.run(lab.node(sshd), shell('true'));
    killSessions(sshd);
    const results = await Promise.all(Array.from({ length: 5 }, () => transport.run(lab.node(sshd), shell('echo ok'))));
    expect(results.map((result) => result.stdout)).toEqual(Array.from({ length: 5 }, () => 'ok\n'));
    await until(() => sshd.log().split('Accepted publickey').length === 3);
  });

  it('in silence (a frozen peer): unknown within the keepalive', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport({ limits: { ...quickKeepalive, connectTimeoutMs: 500 } });
    const file = `${lab.directory}/frozen`;
    let frozenAt = 0;
    const run = transport.run(lab.node(sshd), shell(started(file)));
    const { exit } = await meanwhile(run, file, () => {
      frozenAt = Date.now();
      for (const pid of sshd.sessions()) process.kill(pid, 'SIGSTOP');
    });
    expect(exit).toEqual({ kind: 'unknown', why: 'connection lost: Keepalive timeout' });
    expect(Date.now() - frozenAt).toBeLessThan(2_000);
  });
});

const openSockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('a peer that froze', () => {
  it('does not keep a transport, nor the process, from ending', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    await transport.run(lab.node(sshd), shell('true'));
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGSTOP');
    const before = openSockets();
    await transport.close();
    await until(() => openSockets() < before);
    expect(openSockets()).toBeLessThan(before);
  });
});

describe('a deadline', () => {
  it('of a read: unknown, the channel is closed, and the next call goes on', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    const file = `${lab.directory}/read-deadline`;
    const begun = Date.now();
    const { exit } = await transport.run(lab.node(sshd), shell(started(file), { timeoutMs: 300 }));
    expect(exit).toMatchObject({ kind: 'unknown', why: expect.stringContaining('no end within 0.3 s') });
    expect(Date.now() - begun).toBeLessThan(1_500);
    expect((await transport.run(lab.node(sshd), shell('echo on'))).stdout).toBe('on\n');
    endStarted(file);
  });

  it('of a write: unknown, while the write goes on to its end with its stdout open', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    const file = `${lab.directory}/write-deadline`;
    const script = `sleep 0.7; for i in 1 2 3; do echo $i || exit 1; done; echo finished > ${file}`;
    const result = await transport.run(lab.node(sshd), shell(script, { timeoutMs: 200, effect: 'write' }));
    expect(result.exit.kind).toBe('unknown');
    await until(() => existsSync(file));
    expect(readFileSync(file, 'utf8')).toBe('finished\n');
    expect((await transport.run(lab.node(sshd), shell('echo on'))).stdout).toBe('on\n');
    await until(() => sshd.sessions().length === 1);
  });

  it('holds for a node that is frozen, too', async () => {
    const sshd = await lab.trusted();
    const transport = lab.transport();
    await transport.run(lab.node(sshd), shell('true'));
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGSTOP');
    const { exit } = await transport.run(lab.node(sshd), shell('true', { timeoutMs: 300 }));
    expect(exit.kind).toBe('unknown');
  });
});
