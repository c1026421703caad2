import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { lookAtFile, placeFile, type WantedFile } from '../../src/commands/copy-file.ts';
import { placedFile } from '../../src/facts/placed-file.ts';
import { Sandbox } from './sandbox.ts';

const own = `${userInfo().uid}:${userInfo().gid}`;
const wanted = (sandbox: Sandbox, change: Partial<WantedFile> = {}): WantedFile => ({
  path: sandbox.path('etc', "it's a.conf"),
  mode: '0640',
  owner: own,
  content: 'a = 1\nünï = 2\n',
  secret: false,
  ...change,
});

const seen = async (sandbox: Sandbox, file: WantedFile) => {
  const { stdout, stderr, code } = await sandbox.run(lookAtFile(file));
  const { source } = placedFile(file);
  if (source.kind !== 'command') throw new Error('it is asked by a command');
  return source.parse({ stdout: Buffer.from(stdout, 'latin1').toString(), stderr, code: code ?? -1 });
};

const made = (): Sandbox => {
  const sandbox = new Sandbox();
  mkdirSync(sandbox.path('etc'));
  return sandbox;
};

describe('a file is put in its place', () => {
  it('whole, with its mode, and is then seen as wished', async () => {
    const sandbox = made();
    const file = wanted(sandbox);
    expect(await seen(sandbox, file)).toEqual({ value: { kind: 'absent' } });
    expect(await sandbox.run(placeFile(file))).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(file.path).mode & 0o7777).toBe(0o640);
    expect(await seen(sandbox, file)).toMatchObject({ value: { kind: 'file', mode: '640', diff: '' } });
    expect(readdirSync(sandbox.path('etc'))).toEqual(["it's a.conf"]);
  });

  it('an older one is shown as a difference, and replaced', async () => {
    const sandbox = made();
    const file = wanted(sandbox);
    await sandbox.run(placeFile({ ...file, content: 'a = 0\nünï = 2\n' }));
    const before = statSync(file.path).ino;
    expect(await seen(sandbox, file)).toMatchObject({
      value: { diff: '--- live\n+++ wished\n@@ -1,2 +1,2 @@\n-a = 0\n+a = 1\n ünï = 2\n' },
    });
    expect(await seen(sandbox, { ...file, secret: true })).toMatchObject({ value: { diff: '' } });
    await sandbox.run(placeFile(file));
    expect(statSync(file.path).ino).not.toBe(before);
    expect(sandbox.read("etc/it's a.conf")).toBe(Buffer.from(file.content).toString('latin1'));
  });

  it('what arrives cut off is not put there, and leaves nothing', async () => {
    const sandbox = made();
    const file = wanted(sandbox);
    const { code, stderr } = await sandbox.run({ ...placeFile(file), stdin: 'a =' });
    expect([code, stderr]).toEqual([1, 'received 3 of 16 bytes\n']);
    expect(readdirSync(sandbox.path('etc'))).toEqual([]);
  });

  it('nor what cannot have its owner', async () => {
    const sandbox = made();
    const { code } = await sandbox.run(placeFile(wanted(sandbox, { owner: 'no-such-user:no-such-group' })));
    expect(code).not.toBe(0);
    expect(readdirSync(sandbox.path('etc'))).toEqual([]);
  });
});

describe('what is at its place', () => {
  it('a link, a directory, and no directory at all', async () => {
    const sandbox = made();
    symlinkSync('/dev/null', sandbox.path('etc', 'link'));
    mkdirSync(sandbox.path('etc', 'folder'));
    chmodSync(sandbox.path('etc', 'folder'), 0o700);
    const at = async (...names: readonly string[]) => seen(sandbox, wanted(sandbox, { path: sandbox.path(...names) }));
    expect([await at('etc', 'link'), await at('etc', 'folder'), await at('none', 'a')]).toEqual([
      { value: { kind: 'link' } },
      { value: { kind: 'other' } },
      { value: { kind: 'no-directory' } },
    ]);
  });
});
