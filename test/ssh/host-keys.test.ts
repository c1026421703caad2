import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connectErrorOf, openLab, shell } from './lab.ts';
import { makeKey } from './ssh-keys.ts';
import type { Sshd } from './sshd.ts';

const lab = openLab();
afterAll(() => lab.close());

const hostsFile = (name: string, ...lines: string[]): string => {
  const file = path.join(lab.directory, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};
const named = (sshd: Sshd): string => `[127.0.0.1]:${sshd.port}`;
const echo = (sshd: Sshd, file: string): Promise<string> =>
  lab
    .transport()
    .run(lab.node(sshd, { knownHostsFiles: [file] }), shell('echo in'))
    .then((result) => result.stdout);
const otherKey = (): string =>
  readFileSync(`${makeKey(path.join(lab.directory, `other-${Math.random()}`))}.pub`, 'utf8').trim();

describe('an unknown host key', () => {
  it('is refused, with its fingerprint and what to type', async () => {
    const sshd = await lab.stranger();
    const error = await connectErrorOf(lab.transport().run(lab.node(sshd), shell('true')));
    const printed = execFileSync('ssh-keygen', ['-lf', '-'], {
      input: sshd.publicKeys.get('ed25519') ?? '',
    }).toString();
    expect(error.kind).toBe('unknown-host-key');
    expect(error.message).toContain(printed.split(' ')[1]);
    expect(error.message).toContain(lab.knownHosts);
    expect(error.fix).toContain(`ssh-keyscan -p ${sshd.port} 127.0.0.1 >> ${lab.knownHosts}`);
  });

  it('is refused before any secret or login is sent', async () => {
    const sshd = await lab.stranger();
    await connectErrorOf(lab.transport().run(lab.node(sshd), shell('true')));
    expect(sshd.log()).not.toContain('Accepted');
    expect(sshd.log()).not.toContain('userauth');
  });

  it('is written down when that was chosen, and known from then on', async () => {
    const sshd = await lab.stranger();
    const file = path.join(lab.directory, 'new', 'known_hosts');
    const node = lab.node(sshd, { knownHostsFiles: [file] });
    await lab.transport({ acceptNewHostKeys: true }).run(node, shell('true'));
    expect(readFileSync(file, 'utf8')).toBe(`${named(sshd)} ${sshd.publicKeys.get('ed25519') ?? ''}\n`);
    expect(execFileSync('ssh-keygen', ['-F', named(sshd), '-f', file]).toString()).toContain('found');
    expect((await lab.transport().run(node, shell('echo in'))).stdout).toBe('in\n');
  });

  it('says which certificate line it did not use', async () => {
    const sshd = await lab.stranger();
    const file = hostsFile('ca', `@cert-authority [127.*]:* ${otherKey()}`);
    const error = await connectErrorOf(echo(sshd, file));
    expect(error.kind).toBe('unknown-host-key');
    expect(error.message).toContain(`${file}:1 was ignored: host certificates`);
  });
});

describe('a changed host key', () => {
  it('is refused, naming the line, whatever was chosen for new ones', async () => {
    const sshd = await lab.stranger();
    const file = hostsFile('changed', '# first', `${named(sshd)} ${otherKey()}`);
    const transport = lab.transport({ acceptNewHostKeys: true });
    const error = await connectErrorOf(transport.run(lab.node(sshd, { knownHostsFiles: [file] }), shell('true')));
    expect(error.kind).toBe('changed-host-key');
    expect(error.message).toContain(`${file}:2 expects ssh-ed25519 SHA256:`);
    expect(error.fix).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${file}`);
    expect(sshd.log()).not.toContain('Accepted');
  });

  it('is what another type of key counts as', async () => {
    const sshd = await lab.stranger({ hostKeyTypes: ['ecdsa'] });
    const error = await connectErrorOf(echo(sshd, hostsFile('other-type', `${named(sshd)} ${otherKey()}`)));
    expect(error.kind).toBe('changed-host-key');
  });

  it('is what a revoked key counts as', async () => {
    const sshd = await lab.stranger();
    const key = sshd.publicKeys.get('ed25519') ?? '';
    const file = hostsFile('revoked', `${named(sshd)} ${key}`, `@revoked * ${key}`, `@revoked [127.0.0.1]:* ${key}`);
    const error = await connectErrorOf(echo(sshd, file));
    expect(error).toMatchObject({ kind: 'changed-host-key', message: expect.stringContaining('@revoked') });
  });
});

describe('a known host key', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('of type %s is enough, though the server has others', async (type) => {
    const sshd = await lab.stranger({ hostKeyTypes: ['rsa', 'ecdsa', 'ed25519'] });
    expect(await echo(sshd, hostsFile(`only-${type}`, `${named(sshd)} ${sshd.publicKeys.get(type) ?? ''}`))).toBe(
      'in\n',
    );
  });

  it('may be hashed by ssh-keygen', async () => {
    const sshd = await lab.stranger();
    const file = hostsFile('hashed', `${named(sshd)} ${sshd.publicKeys.get('ed25519') ?? ''}`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    expect(readFileSync(file, 'utf8')).toMatch(/^\|1\|/);
    expect(await echo(sshd, file)).toBe('in\n');
  });

  it('may stand in a second file, and under the bare host as ssh takes it', async () => {
    const sshd = await lab.stranger();
    const second = hostsFile('bare', `127.0.0.1 ${sshd.publicKeys.get('ed25519') ?? ''}`);
    const knownHostsFiles = [path.join(lab.directory, 'absent'), second];
    const transport = lab.transport();
    expect((await transport.run(lab.node(sshd, { knownHostsFiles }), shell('echo in'))).stdout).toBe('in\n');
    const byHand = ['-o', `UserKnownHostsFile=${second}`, '-o', 'StrictHostKeyChecking=yes', '-o', 'BatchMode=yes'];
    const args = [...byHand, '-i', lab.clientKey, '-p', String(sshd.port), 'root@127.0.0.1', 'echo in'];
    expect(execFileSync('ssh', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString()).toBe('in\n');
  });

  it('survives a new key exchange in the middle', async () => {
    const sshd = await lab.stranger({ config: ['RekeyLimit 1M'] });
    const file = path.join(lab.directory, 'rekeyed');
    const node = lab.node(sshd, { knownHostsFiles: [file] });
    const run = lab.transport({ acceptNewHostKeys: true }).run(node, shell('head -c 20000000 /dev/zero; echo end'));
    expect(await run).toMatchObject({ exit: { kind: 'code', code: 0 }, stdout: expect.stringMatching(/end\n$/) });
  });
});

describe('algorithms', () => {
  it.each([
    ['group exchange', 'KexAlgorithms diffie-hellman-group-exchange-sha256'],
    ['SHA-1 in the key exchange', 'KexAlgorithms diffie-hellman-group14-sha1'],
    ['SHA-1 signatures', 'HostKeyAlgorithms ssh-rsa'],
    ['CBC', 'Ciphers aes256-cbc'],
    ['SHA-1 MACs', 'Ciphers aes128-ctr\nMACs hmac-sha1'],
  ])('%s is not offered', async (_name, config) => {
    const sshd = await lab.trusted({ hostKeyTypes: ['rsa'], config: [config] });
    const error = await connectErrorOf(lab.transport().run(lab.node(sshd), shell('true')));
    expect(error).toMatchObject({ kind: 'protocol', message: expect.stringMatching(/no matching/) });
  });

  it.each(['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-ctr'])('%s works', async (cipher) => {
    const sshd = await lab.trusted({ config: [`Ciphers ${cipher}`] });
    expect((await lab.transport().run(lab.node(sshd), shell('echo in'))).stdout).toBe('in\n');
  });
});

it('known_hosts that changes between connections is read again', async () => {
  const sshd = await lab.stranger();
  const file = hostsFile('later');
  const transport = lab.transport();
  const node = lab.node(sshd, { knownHostsFiles: [file] });
  expect((await connectErrorOf(transport.run(node, shell('true')))).kind).toBe('unknown-host-key');
  appendFileSync(file, `${named(sshd)} ${sshd.publicKeys.get('ed25519') ?? ''}\n`);
  copyFileSync(file, `${file}.seen`);
  expect((await transport.run(node, shell('echo in'))).stdout).toBe('in\n');
});
