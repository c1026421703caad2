import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'nodeops-packed-'));
const installed = join(folder, 'installed/bin/nodeops');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** The installed program under this very Node, far from the checkout. */
const nodeops = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [installed, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: '', HOME: folder },
  });

const shell = (script: string) =>
  spawnSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } });

describe('the packed program', () => {
  beforeAll(() => {
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const tarball = join(folder, `nodeops-${version}.tgz`);
    const prefix = join(folder, 'installed');
    execFileSync('npm', ['install', '--global', '--prefix', prefix, '--ignore-scripts', '--silent', tarball], {
      cwd: folder,
    });
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is installed elsewhere without install scripts and says its version', () => {
    expect(nodeops('--version')).toBe(`${version}\n`);
  });

  it('brings its playbooks and steps along', () => {
    expect(nodeops('explain')).toContain('drain-node');
    expect(() => nodeops('run', 'upgrade', '--inventory', 'nowhere.yaml')).toThrow(/the inventory nowhere\.yaml/);
  });

  it('says nothing of a reader that goes away, and whole of a disk that refuses', () => {
    const { stderr } = shell(`'${process.execPath}' '${installed}' upgrade --help | true`);
    expect(stderr).toBe('');
    const full = shell(`'${process.execPath}' '${installed}' upgrade --help > /dev/full`);
    expect(full.stderr).toMatch(/^nodeops: what was printed is not whole: ENOSPC/);
    expect(full.status).toBe(1);
  });

  it('loads the SSH stack without its native parts', () => {
    const script = `import(${JSON.stringify(join(folder, 'installed/lib/node_modules/nodeops/dist/adapters/ssh/transport.js'))}).then(() => console.log('loaded'))`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('loaded\n');
  });
});
