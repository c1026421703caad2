import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { setFleet } from '../../scripts/stage/fleet.ts';
import { program } from '../../scripts/build.ts';

const run = promisify(execFile);

const staged = async (clusters: number, waves = true) => {
  const directory = mkdtempSync(join(tmpdir(), 'stage-test-'));
  const failures: unknown[] = [];
  const fleet = await setFleet({
    directory,
    clusters,
    controlPlanes: 1,
    workers: 1,
    version: '1.35.4',
    speed: 2,
    waves,
    onFailure: (cluster, error) => failures.push([cluster, error]),
  });
  onTestFinished(async () => {
    await fleet.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { directory, failures };
};

interface Inventory {
  readonly waves?: readonly { readonly name: string }[];
  readonly clusters: readonly { readonly name: string; readonly labels: { readonly environment: string } }[];
}
const inventoryIn = (directory: string): Inventory => parse(readFileSync(join(directory, 'inventory.yaml'), 'utf8'));

describe('clusters behind SSH', () => {
  it('are reached by one inventory, each on its own', async () => {
    const { directory, failures } = await staged(3);
    const { stdout } = await run(process.execPath, [program, 'status', '--inventory', 'inventory.yaml', '-o', 'json'], {
      cwd: directory,
      env: { ...process.env, XDG_STATE_HOME: join(directory, 'state'), SSH_AUTH_SOCK: '' },
    });
    const all: readonly { cluster: string; state: string; versions: readonly string[] }[] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all.map(({ cluster, state, versions }) => [cluster, state, versions])).toEqual([
      ['dev-1', 'Stable', ['1.35.4']],
      ['staging-1', 'Stable', ['1.35.4']],
      ['prod-1', 'Stable', ['1.35.4']],
    ]);
    expect(failures).toEqual([]);
  });

  it.each([
    [1, { dev: 1 }],
    [4, { dev: 1, staging: 1, prod: 2 }],
    [30, { dev: 1, staging: 4, prod: 25 }],
  ])('%d of them go in waves: %j', async (clusters, expected) => {
    const { waves = [], clusters: all } = inventoryIn((await staged(clusters)).directory);
    const counts = Object.fromEntries(
      waves.map(({ name }) => [name, all.filter(({ labels }) => labels.environment === name).length]),
    );
    expect(counts).toEqual(expected);
    expect(new Set(all.map(({ name }) => name)).size).toBe(clusters);
  });

  it('may go all together', async () => {
    expect(inventoryIn((await staged(2, false)).directory).waves).toBeUndefined();
  });
});

it.each([
  [['--clusters', '0'], '--clusters 0: expected a whole number from 1 on\nSee --help.\n'],
  [['--clusters', '301'], '--clusters 301: expected at most 300\nSee --help.\n'],
  [['--speed', '0'], '--speed 0: expected a number from 1 to 100\nSee --help.\n'],
])('npm run stage refuses %j before anything begins', async (argv, says) => {
  const stage = join(import.meta.dirname, '../../scripts/stage.ts');
  await expect(run(process.execPath, [stage, ...argv])).rejects.toMatchObject({ code: 2, stderr: says, stdout: '' });
});
