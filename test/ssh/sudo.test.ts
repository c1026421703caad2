import { readFileSync, statSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Become, Node } from '../../src/model/cluster.ts';
import type { Transport } from '../../src/ports/transport.ts';
import { connectErrorOf, openLab, secretsFrom, shell } from './lab.ts';
import type { Sshd } from './sshd.ts';
import { makeUser } from './test-user.ts';
import type { TestUser } from './test-user.ts';

const lab = openLab();
let sshd: Sshd;
let user: TestUser;
beforeAll(async () => {
  sshd = await lab.trusted();
  user = makeUser('sudo');
});
afterAll(async () => {
  await lab.close();
  user.remove();
});

const asRoot = (script: string, stdin?: string): ReturnType<typeof shell> =>
  shell(script, { become: true, ...(stdin === undefined ? {} : { stdin }) });
const node = (become: Become): Node => lab.node(sshd, { user: user.name }, become);
const withPassword: Become = { method: 'sudo', password: { env: 'SUDO' } };
const transport = (): Transport => lab.transport({ secrets: secretsFrom({ SUDO: user.password, WRONG: 'wrong' }) });

describe.each<[string, string, Become]>([
  ['NOPASSWD, no password configured', 'ALL=(ALL) NOPASSWD: ALL', { method: 'sudo' }],
  ['NOPASSWD, a password configured', 'ALL=(ALL) NOPASSWD: ALL', withPassword],
  ['PASSWD', 'ALL=(ALL) ALL', withPassword],
  ['PASSWD, but not for cat', 'ALL=(ALL) ALL, NOPASSWD: /usr/bin/cat', withPassword],
])('%s', (_name, rule, become) => {
  beforeAll(() => user.allowSudo(rule));

  it('a command is root, and gets its own stdin only', async () => {
    const result = await transport().run(node(become), { ...asRoot('', 'one\ntwo\n'), argv: ['cat'] });
    expect(result).toMatchObject({ exit: { kind: 'code', code: 0 }, stdout: 'one\ntwo\n', stderr: '' });
    expect((await transport().run(node(become), asRoot('id -u; cat', 'rest'))).stdout).toBe('0\nrest');
  });

  it('exit codes, signals and environment come through', async () => {
    const over = transport();
    expect((await over.run(node(become), asRoot('exit 7'))).exit).toEqual({ kind: 'code', code: 7 });
    expect((await over.run(node(become), asRoot('kill -TERM $$'))).exit).toEqual({ kind: 'code', code: 143 });
    const command = { ...asRoot('printf %s "$NODEOPS"'), env: { NODEOPS: "a 'b'" } };
    expect((await over.run(node(become), command)).stdout).toBe("a 'b'");
  });

  it('put writes as root, fetch reads what root may read', async () => {
    const over = transport();
    const file = `${lab.directory}/of-root`;
    expect((await over.put(node(become), file, 0o640, 'ä\n')).exit).toEqual({ kind: 'code', code: 0 });
    expect([statSync(file).uid, statSync(file).mode & 0o7777, readFileSync(file, 'utf8')]).toEqual([0, 0o640, 'ä\n']);
    const sink = new PassThrough();
    expect((await over.fetch(node(become), file, sink)).exit).toEqual({ kind: 'code', code: 0 });
    expect(sink.read()?.toString()).toBe('ä\n');
  });

  it('finds out once, however many commands begin at once', async () => {
    const over = transport();
    await Promise.all(Array.from({ length: 5 }, () => over.run(node(become), asRoot('true'))));
    const probes = rule.includes('NOPASSWD: ALL') ? 1 : 2;
    expect(over.counters()).toEqual({ reads: 5, scratches: 0, writes: 0, roundTrips: 5 + probes });
  });
});

describe('sudo that wants a password', () => {
  beforeAll(() => user.allowSudo('ALL=(ALL) ALL'));

  it('and none is configured', async () => {
    const error = await connectErrorOf(transport().run(node({ method: 'sudo' }), asRoot('true')));
    expect(error).toMatchObject({
      kind: 'sudo-needs-password',
      message: expect.stringContaining('none is configured'),
    });
    expect(error.fix).toContain('become: { method: sudo, password: { prompt: true } }');
    expect(error.fix).toContain(`${user.name} ALL=(ALL) NOPASSWD: ALL`);
  });

  it('and the configured one is wrong', async () => {
    const become: Become = { method: 'sudo', password: { env: 'WRONG' } };
    const error = await connectErrorOf(transport().run(node(become), asRoot('cat', 'lines\nof\ninput\n')));
    expect(error).toMatchObject({ kind: 'sudo-needs-password', message: expect.stringContaining('did not take') });
  });

  it('and the user is not in sudoers at all', async () => {
    user.allowSudo(undefined);
    const error = await connectErrorOf(transport().run(node(withPassword), asRoot('true')));
    expect(error).toMatchObject({
      kind: 'sudo-needs-password',
      message: expect.stringContaining('not in the sudoers file'),
    });
  });

  it('is not asked when the user is root, or the command needs no root', async () => {
    expect((await transport().run(lab.node(sshd, {}, withPassword), asRoot('id -u'))).stdout).toBe('0\n');
    expect((await transport().run(node({ method: 'sudo' }), shell('id -un'))).stdout).toBe(`${user.name}\n`);
    expect((await transport().run(node({ method: 'none' }), asRoot('id -un'))).stdout).toBe(`${user.name}\n`);
  });

  it('an error is not remembered: the next call finds the new rule', async () => {
    const over = transport();
    user.allowSudo('ALL=(ALL) ALL');
    await connectErrorOf(over.run(node({ method: 'sudo' }), asRoot('true')));
    user.allowSudo('ALL=(ALL) NOPASSWD: ALL');
    expect((await over.run(node({ method: 'sudo' }), asRoot('id -u'))).stdout).toBe('0\n');
  });
});
