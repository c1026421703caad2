import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectErrorOf, openLab, secretsFrom, shell, until } from './lab.ts';
import { makeKey } from './ssh-keys.ts';
import type { Sshd } from './sshd.ts';
import { makeUser } from './test-user.ts';
import type { TestUser } from './test-user.ts';

const lab = openLab();
const encrypted = makeKey(path.join(lab.directory, 'id_encrypted'), { passphrase: 'right one' });
const foreign = makeKey(path.join(lab.directory, 'id_foreign'));
let sshd: Sshd;
let user: TestUser;
const agents: ChildProcess[] = [];
const authorize = (key: string): void =>
  void execFileSync('sh', ['-c', `cat '${key}.pub' >> '${lab.directory}/authorized_keys'`]);

beforeAll(async () => {
  authorize(encrypted);
  sshd = await lab.trusted({ config: ['PasswordAuthentication yes'] });
  user = makeUser('login');
});
afterAll(async () => {
  await lab.close();
  for (const agent of agents) agent.kill();
  user.remove();
});

const startAgent = async (...keys: string[]): Promise<string> => {
  const socket = path.join(lab.directory, `agent-${agents.length}`);
  agents.push(spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' }));
  await until(() => existsSync(socket));
  for (const key of keys) execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return socket;
};

describe('key files', () => {
  it('with the right passphrase', async () => {
    const transport = lab.transport({ secrets: secretsFrom({ PASS: 'right one' }) });
    const node = lab.node(sshd, { identityFiles: [encrypted], passphrase: { env: 'PASS' } });
    expect((await transport.run(node, shell('echo in'))).stdout).toBe('in\n');
  });

  it.each([
    ['the wrong passphrase', { identityFiles: [encrypted], passphrase: { env: 'WRONG' } }, 'the passphrase is wrong'],
    ['no passphrase', { identityFiles: [encrypted] }, 'is encrypted'],
    ['a file that is not there', { identityFiles: ['/nowhere/id'] }, '/nowhere/id: does not exist'],
    ['a directory', { identityFiles: ['/etc'] }, '/etc: cannot be read'],
    ['a public key', { identityFiles: [`${foreign}.pub`] }, 'holds no private key'],
    ['anything else', { identityFiles: ['/etc/hostname'] }, 'is not a key'],
  ])('with %s: bad-identity', async (_name, changes, message) => {
    const transport = lab.transport({ secrets: secretsFrom({ WRONG: 'no' }) });
    const error = await connectErrorOf(transport.run(lab.node(sshd, changes), shell('true')));
    expect(error).toMatchObject({ kind: 'bad-identity', message: expect.stringContaining(message) });
  });

  it('that are refused: says who, where, what was tried, and what to type', async () => {
    const node = lab.node(sshd, { identityFiles: [foreign] });
    const error = await connectErrorOf(lab.transport().run(node, shell('true')));
    const print = execFileSync('ssh-keygen', ['-lf', foreign]).toString().split(' ')[1] ?? '';
    expect(error.kind).toBe('refused-key');
    expect(error.message).toBe(
      `127.0.0.1:${sshd.port} refused root: tried key ${foreign} (${print}); the server takes publickey, password`,
    );
    expect(error.fix).toContain(`ssh -i ${foreign} -p ${sshd.port} root@127.0.0.1`);
  });

  it('are tried in order', async () => {
    const node = lab.node(sshd, { identityFiles: [foreign, lab.clientKey] });
    expect((await lab.transport().run(node, shell('echo in'))).stdout).toBe('in\n');
  });

  it('of type RSA are used with SHA-2', async () => {
    const rsa = makeKey(path.join(lab.directory, 'id_rsa'), { type: 'rsa' });
    authorize(rsa);
    const node = lab.node(sshd, { identityFiles: [rsa] });
    expect((await lab.transport().run(node, shell('echo in'))).stdout).toBe('in\n');
  });
});

describe('an agent', () => {
  it('logs in, also with a key that is encrypted on disk', async () => {
    const transport = lab.transport({ agentSocket: await startAgent(lab.clientKey) });
    const node = lab.node(sshd, { agent: true, identityFiles: [encrypted] });
    expect((await transport.run(node, shell('echo in'))).stdout).toBe('in\n');
  });

  it('that is gone does not stop the key file', async () => {
    const transport = lab.transport({ agentSocket: path.join(lab.directory, 'no-agent') });
    expect((await transport.run(lab.node(sshd, { agent: true }), shell('echo in'))).stdout).toBe('in\n');
  });

  it('that refuses to sign does not stop the key file', async () => {
    const socket = await startAgent();
    // Confirmation is asked by a program that always says no.
    const agentEnv = { ...process.env, SSH_AUTH_SOCK: socket };
    execFileSync('ssh-add', ['-q', '-c', encryptedPlainCopy()], { env: agentEnv });
    const transport = lab.transport({ agentSocket: socket });
    expect((await transport.run(lab.node(sshd, { agent: true }), shell('echo in'))).stdout).toBe('in\n');
  });

  it('with more keys than the server lets try is named as the reason', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => makeKey(path.join(lab.directory, `many-${index}`)));
    const transport = lab.transport({ agentSocket: await startAgent(...keys) });
    const error = await connectErrorOf(transport.run(lab.node(sshd, { agent: true }), shell('true')));
    expect(error).toMatchObject({ kind: 'refused-key', message: expect.stringContaining('the agent (8 keys)') });
    expect(error.fix).toContain('agent: false');
  });
});

/** The encrypted key's like, without a passphrase and authorized, so that the server asks for a signature. */
function encryptedPlainCopy(): string {
  const file = makeKey(path.join(lab.directory, 'id_confirm'));
  authorize(file);
  return file;
}

describe('a password', () => {
  it('logs in', async () => {
    const transport = lab.transport({ secrets: secretsFrom({ PASSWORD: user.password }) });
    const node = lab.node(sshd, { user: user.name, identityFiles: [], password: { env: 'PASSWORD' } });
    expect((await transport.run(node, shell('id -un'))).stdout).toBe(`${user.name}\n`);
  });

  it('that is wrong is refused, and not shown', async () => {
    const transport = lab.transport({ secrets: secretsFrom({ PASSWORD: 'not-this-one' }) });
    const node = lab.node(sshd, { user: user.name, identityFiles: [], password: { env: 'PASSWORD' } });
    const error = await connectErrorOf(transport.run(node, shell('true')));
    expect(error).toMatchObject({ kind: 'refused-key', message: expect.stringContaining('tried a password') });
    expect(`${error.message}${error.fix}`).not.toContain('not-this-one');
  });
});

describe('a host that cannot be reached', () => {
  it('refuses the connection', async () => {
    const gone = await lab.trusted();
    await gone.stop();
    const error = await connectErrorOf(lab.transport().run(lab.node(gone), shell('true')));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toBe(`127.0.0.1:${gone.port} cannot be reached: connection refused (ECONNREFUSED)`);
  });

  it('has no address', async () => {
    const node = lab.node(sshd, { host: 'no-such-host.invalid' });
    const error = await connectErrorOf(lab.transport().run(node, shell('true')));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toMatch(/no-such-host\.invalid.*the name cannot be resolved/);
  });

  it.each([
    ['says nothing', (server: Server) => server, 'timed out in the handshake'],
    ['hangs up', (server: Server) => server.on('connection', (socket) => socket.end()), 'closed the connection'],
    ['is no sshd', (server: Server) => server.on('connection', (socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')), ''],
  ])('%s', async (_name, prepare, message) => {
    const server = prepare(createServer());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const transport = lab.transport({ limits: { connectTimeoutMs: 300, handshakeRetries: 1 } });
    const error = await connectErrorOf(transport.run(lab.node(sshd, { port }), shell('true')));
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining(message) });
    server.close();
  });
});

it('no secret is in what sshd was told', () => {
  expect(sshd.log()).not.toContain(user.password);
  expect(readFileSync('/proc/self/cmdline', 'utf8')).not.toContain(user.password);
});
