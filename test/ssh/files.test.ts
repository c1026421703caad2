import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node } from '../../src/model/cluster.ts';
import { openLab, until } from './lab.ts';
import type { Sshd } from './sshd.ts';

const lab = openLab();
const place = `${lab.directory}/a place`;
let sshd: Sshd;
let node: Node;
beforeAll(async () => {
  sshd = await lab.trusted();
  node = lab.node(sshd);
  mkdirSync(place);
});
afterAll(() => lab.close());

describe('put', () => {
  it.each([
    ['text', 'plain\n', 0o644],
    ['nothing', '', 0o600],
    ['quotes and characters', `"it's" $HOME \`x\` ünï\n\n`, 0o755],
    ['a lot', 'x'.repeat(5_000_000), 0o400],
  ])('%s', async (name, content, mode) => {
    const file = `${place}/${name}`;
    const result = await lab.transport().put(node, file, mode, content);
    expect(result).toMatchObject({ exit: { kind: 'code', code: 0 }, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(statSync(file).mode & 0o7777).toBe(mode);
    expect(readdirSync(place).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it('replaces a link, not what it points to', async () => {
    writeFileSync(`${place}/pointed-to`, 'old');
    symlinkSync(`${place}/pointed-to`, `${place}/link`);
    await lab.transport().put(node, `${place}/link`, 0o600, 'new');
    expect(readFileSync(`${place}/pointed-to`, 'utf8')).toBe('old');
    expect(readFileSync(`${place}/link`, 'utf8')).toBe('new');
  });

  it('says why it cannot, and leaves nothing behind', async () => {
    const transport = lab.transport();
    const absent = await transport.put(node, '/nowhere/file', 0o600, 'x');
    expect(absent).toMatchObject({ exit: { kind: 'code', code: 1 }, stderr: expect.stringContaining('/nowhere') });
    mkdirSync(`${place}/directory`);
    const directory = await transport.put(node, `${place}/directory`, 0o600, 'x');
    expect(directory.exit).toEqual({ kind: 'code', code: 1 });
    expect(readdirSync(`${place}/directory`)).toEqual([]);
    expect(readdirSync(place).filter((entry) => entry.startsWith('.'))).toEqual([]);
    await expect(transport.put(node, 'relative', 0o600, 'x')).rejects.toThrow('not an absolute path');
  });

  it('that loses its connection leaves the old file whole', async () => {
    const file = `${place}/kept`;
    writeFileSync(file, 'old');
    const put = lab.transport().put(node, file, 0o600, 'y'.repeat(60_000_000));
    const partial = (): string | undefined => readdirSync(place).find((entry) => entry.startsWith('.nodeops.'));
    await until(() => partial() !== undefined);
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
    expect((await put).exit.kind).toBe('unknown');
    await until(() => partial() === undefined);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });
});

const hashing = (delayMs: number): { sink: Writable; digest: () => string; largest: () => number } => {
  const hash = createHash('sha256');
  let largest = 0;
  const sink = new Writable({
    highWaterMark: 65_536,
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      largest = Math.max(largest, sink.writableLength);
      setTimeout(done, delayMs);
    },
  });
  return { sink, digest: () => hash.copy().digest('hex'), largest: () => largest };
};

describe('fetch', () => {
  it('copies bytes to a slow sink without piling them up, and leaves it open', async () => {
    const content = randomBytes(20_000_000);
    writeFileSync(`${place}/snapshot`, content);
    const { sink, digest, largest } = hashing(1);
    const result = await lab.transport().fetch(node, `${place}/snapshot`, sink);
    expect(result).toMatchObject({ exit: { kind: 'code', code: 0 }, stdout: '' });
    await new Promise<void>((resolve) => sink.end(resolve));
    expect(digest()).toBe(createHash('sha256').update(content).digest('hex'));
    expect(largest()).toBeLessThan(1_000_000);
  });

  it('of a file that is not there is rc 1', async () => {
    const result = await lab.transport().fetch(node, `${place}/absent`, hashing(0).sink);
    expect(result).toMatchObject({ exit: { kind: 'code', code: 1 }, stderr: expect.stringContaining('No such file') });
  });

  it('to a sink that fails is unknown', async () => {
    writeFileSync(`${place}/big`, Buffer.alloc(10_000_000));
    const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space left')) });
    const { exit } = await lab.transport().fetch(node, `${place}/big`, full);
    expect(exit).toEqual({ kind: 'unknown', why: 'writing the output failed: no space left' });
  });

  it('is a read, put is a write', async () => {
    const transport = lab.transport();
    await transport.put(node, `${place}/counted`, 0o600, '');
    await transport.fetch(node, `${place}/counted`, hashing(0).sink);
    expect(transport.counters()).toEqual({ reads: 1, scratches: 0, writes: 1, roundTrips: 2 });
  });
});
