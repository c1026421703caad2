import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { practiceDirectory } from '../../src/commands/practice.ts';
import { forget, keepFiles, noteBegun, noteSetUp, returnFiles, whole } from '../../src/practice/scripts.ts';

const root = mkdtempSync(join(tmpdir(), 'nodeops-practice-'));
const here = join(root, 'state');
const folder = join(root, 'manifests');
const file = join(root, 'config.yaml');
const missing = join(root, 'later.conf');
const paths = [folder, file, missing];
afterAll(() => rmSync(root, { recursive: true }));

/** As a node's shell runs it, with the state elsewhere. */
const run = (script: string): number | null => {
  const text = whole(script).replaceAll(practiceDirectory, here);
  const env = {
    ...process.env,
    NODEOPS_PARAMETER_WORKER: 'w1',
    NODEOPS_PARAMETER_CONTROL_PLANE: 'cp1',
    NODEOPS_NODE: 'w1',
  };
  const { status, stderr } = spawnSync('sh', ['-ec', text], { encoding: 'utf8', env });
  expect(stderr).toBe('');
  return status;
};

const state = (): readonly string[] => [
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      const { mode, ino } = statSync(path);
      return `${name} ${mode} ${ino} ${statSync(path).isFile() ? readFileSync(path, 'utf8') : ''}`;
    }),
  readFileSync(file, 'utf8'),
  String(existsSync(missing)),
];

beforeEach(() => {
  rmSync(root, { recursive: true });
  mkdirSync(join(folder, 'deep'), { recursive: true });
  mkdirSync(here);
  for (const name of ['etcd.yaml', 'api.yaml', 'deep/one']) writeFileSync(join(folder, name), `${name}\n`);
  chmodSync(join(folder, 'etcd.yaml'), 0o600);
  writeFileSync(file, 'good\n');
});

const plain = (lines: readonly string[]) => lines.map((line) => line.replace(/ \d+ (?=\S*\n?$)/, ' '));

// What was not touched is the very file of before: no static pod is started anew for it.
const inodeOf = (lines: readonly string[]) => lines.find((line) => line.startsWith('etcd.yaml'));

describe('files that a task may change', () => {
  const [keep, back] = [keepFiles(paths), returnFiles(paths, `echo returned >> ${root}/returned`)];

  it('are kept once: what a half-done task changed is not kept in their place', () => {
    expect(run(keep.check)).toBe(1);
    expect(run(keep.do)).toBe(0);
    expect(run(keep.check)).toBe(0);
    expect(run(back.check)).toBe(0);
  });

  it('are as they were afterwards, whatever was done to them', () => {
    run(keep.do);
    const before = state();
    writeFileSync(join(folder, 'api.yaml'), 'broken\n');
    chmodSync(join(folder, 'deep/one'), 0o600);
    rmSync(file);
    mkdirSync(file);
    writeFileSync(missing, 'mine\n');
    writeFileSync(join(folder, 'api.yaml.orig'), 'mine too\n');
    expect(run(back.check)).toBe(1);
    expect(run(back.do)).toBe(0);
    expect(run(back.check)).toBe(0);
    expect(plain(state())).toEqual(plain(before));
    expect(inodeOf(state())).toBe(inodeOf(before));
    expect(readdirSync(`${here}-left`).toSorted()).toEqual(['api.yaml.orig', 'config.yaml', 'later.conf']);
    expect(readFileSync(join(root, 'returned'), 'utf8')).toBe('returned\n');
  });

  it('come back where the whole directory is gone', () => {
    run(keep.do);
    const before = state().map((line) => line.replace(/ \d+ \d+ /, ' '));
    rmSync(folder, { recursive: true });
    expect(run(back.do)).toBe(0);
    expect(state().map((line) => line.replace(/ \d+ \d+ /, ' '))).toEqual(before);
  });

  it('are left alone where the task never came so far', () => {
    writeFileSync(file, 'own\n');
    expect(run(back.check)).toBe(0);
  });
});

describe('what the first control plane remembers', () => {
  const [setUp, begun] = [noteSetUp('kubelet-stopped'), noteBegun('kubelet-stopped')];

  it('is a task that is being set up, then one that is, then none', () => {
    expect([run(setUp.check), run(begun.check)]).toEqual([2, 2]);
    expect(run(setUp.do)).toBe(0);
    expect([run(setUp.check), run(begun.check)]).toEqual([0, 1]);
    expect(readFileSync(join(here, 'task'), 'utf8')).toMatch(
      /^task=kubelet-stopped\nstage=set-up\nworker=w1\nsince=\d+\n$/,
    );
    expect(run(begun.do)).toBe(0);
    expect([run(setUp.check), run(begun.check)]).toEqual([0, 0]);
    expect(run(forget.check)).toBe(1);
    expect(run(forget.do)).toBe(0);
    expect([run(forget.check), existsSync(here)]).toEqual([0, false]);
  });

  it('is never two tasks', () => {
    run(setUp.do);
    expect(run(noteSetUp('etcd-restore').do)).toBe(1);
    expect(execFileSync('cat', [join(here, 'task')], { encoding: 'utf8' })).toContain('task=kubelet-stopped');
  });
});
