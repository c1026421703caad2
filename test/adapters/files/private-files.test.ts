import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/files/private-files.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'nodeops-plans-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('privateFiles', () => {
  it('says what is at a path', async () => {
    writeFileSync(join(folder, 'a'), '');
    mkdirSync(join(folder, 'b'));
    const at = (path: string) => privateFiles.find(join(folder, path));
    expect(await Promise.all(['a', 'b', 'c', 'c/d', 'a/d'].map(at))).toEqual([
      'file',
      'folder',
      'nothing',
      'no folder',
      'no folder',
    ]);
  });

  it('writes for its owner only, and leaves nothing else', async () => {
    const path = join(folder, 'p.plan');
    await privateFiles.write(path, 'one', { replace: false });
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([
      'one',
      0o600,
      ['p.plan'],
    ]);
  });

  it('writes for everybody where that is said, whatever the umask', async () => {
    const path = join(folder, 'a.prom');
    const before = process.umask(0o077);
    try {
      await privateFiles.write(path, 'a 1', { replace: true, readable: true });
      await privateFiles.write(path, 'a 2', { replace: true, readable: true });
    } finally {
      process.umask(before);
    }
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([
      'a 2',
      0o644,
      ['a.prom'],
    ]);
  });

  it('writes over a file only when it may', async () => {
    const path = join(folder, 'p.plan');
    writeFileSync(path, 'theirs', { mode: 0o644 });
    await expect(privateFiles.write(path, 'ours', { replace: false })).rejects.toMatchObject({
      message: `${path}: exists already. Name another place with --out`,
      fix: 'Name another place with --out',
    });
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['theirs', ['p.plan']]);
    await privateFiles.write(path, 'ours', { replace: true });
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, readdirSync(folder)]).toEqual([
      'ours',
      0o600,
      ['p.plan'],
    ]);
  });
});
