import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { connectErrorOf, openLab, shell, until } from './lab.ts';

const lab = openLab();
afterAll(() => lab.close());

describe('through a jump host', () => {
  it('commands run on the target, over one connection to the jump host', async () => {
    const [bastion, one, two] = [await lab.trusted(), await lab.trusted(), await lab.trusted()];
    const transport = lab.transport();
    const jump = lab.target(bastion);
    const ask = shell('echo $SSH_CONNECTION');
    const results = await Promise.all([one, two].map((sshd) => transport.run(lab.node(sshd, { jump }), ask)));
    expect(results.map((result) => result.stdout.trim().split(' ').at(-1))).toEqual([`${one.port}`, `${two.port}`]);
    expect(bastion.log().match(/Accepted publickey/g)).toHaveLength(1);
  });

  it('and through two', async () => {
    const [outer, inner, sshd] = [await lab.trusted(), await lab.trusted(), await lab.trusted()];
    const jump = lab.target(inner, { jump: lab.target(outer) });
    const result = await lab.transport().run(lab.node(sshd, { jump }), shell('head -c 3000000 /dev/zero | wc -c'));
    expect(result.stdout).toBe('3000000\n');
  });

  it('each hop has its host key checked', async () => {
    const [known, unknown] = [await lab.trusted(), await lab.stranger()];
    const behind = await connectErrorOf(
      lab.transport().run(lab.node(unknown, { jump: lab.target(known) }), shell('true')),
    );
    expect(behind.kind).toBe('unknown-host-key');
    expect(behind.fix).toContain(`ssh -p ${known.port} root@127.0.0.1 ssh-keyscan -p ${unknown.port}`);
    const before = await connectErrorOf(
      lab.transport().run(lab.node(known, { jump: lab.target(unknown) }), shell('true')),
    );
    expect(before).toMatchObject({
      kind: 'unknown-host-key',
      message: expect.stringContaining('jump host of 127.0.0.1'),
    });
  });

  it('a target that does not listen is unreachable, naming both', async () => {
    const [bastion, gone] = [await lab.trusted(), await lab.trusted()];
    await gone.stop();
    const error = await connectErrorOf(
      lab.transport().run(lab.node(gone, { jump: lab.target(bastion) }), shell('true')),
    );
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain(`127.0.0.1:${gone.port} (through 127.0.0.1:${bastion.port})`);
    expect(error.message).toContain('Connection refused');
  });
});

describe.each(['target', 'jump host'] as const)('the %s', (which) => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)('with %s: the command is unknown, the transport closes', async (signal) => {
    const [bastion, sshd] = [await lab.trusted(), await lab.trusted()];
    const transport = lab.transport({ limits: { keepaliveIntervalMs: 200, connectTimeoutMs: 500 } });
    const file = `${lab.directory}/${which.replace(' ', '-')}-${signal}`;
    const script = `echo $$ > ${file}; exec sleep 20`;
    const run = transport.run(lab.node(sshd, { jump: lab.target(bastion) }), shell(script));
    await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
    const begun = Date.now();
    for (const pid of (which === 'target' ? sshd : bastion).sessions()) process.kill(pid, signal);
    expect((await run).exit).toMatchObject({ kind: 'unknown', why: expect.stringContaining('connection lost') });
    expect(Date.now() - begun).toBeLessThan(3_000);
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
    await transport.close();
  });
});
