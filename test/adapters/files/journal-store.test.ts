import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../../src/adapters/files/chain.ts';
import { createJournalStore } from '../../../src/adapters/files/journal-store.ts';
import { clusterDirectory, stateDirectory } from '../../../src/adapters/files/state-directory.ts';
import { explainStorage } from '../../../src/adapters/files/storage-error.ts';
import type { Event } from '../../../src/model/event.ts';
import { runEvents, upgradePlan } from '../../report/fixtures.ts';

let state: string;
beforeEach(async () => {
  state = join(await mkdtemp(join(tmpdir(), 'nodeops-files-')), 'nodeops');
});
afterEach(() => rm(join(state, '..'), { recursive: true, force: true }));

const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
const phase = (name: string): Event => ({ at: 1, cluster: 'paris', type: 'phase-started', phase: name });

describe('a run on disk', () => {
  it('is readable by its owner only', async () => {
    const run = await createJournalStore(state).create('r1');
    const cluster = await run.cluster('paris');
    const { directory } = cluster;
    await cluster.writePlan('{"format":1}');
    await run.close();
    expect(directory).toBe(clusterDirectory(state, 'r1', 'paris'));
    expect(await readdir(directory)).toEqual(['journal.jsonl', 'plan.json']);
    expect(await readFile(join(directory, 'plan.json'), 'utf8')).toBe('{"format":1}');
    for (const path of [state, join(state, 'runs'), join(state, 'runs/r1'), directory])
      expect(await mode(path)).toBe('700');
    for (const name of ['journal.jsonl', 'plan.json', '../../fleet.jsonl'])
      expect(await mode(join(directory, name))).toBe('600');
  });

  it('holds a whole run, without what commands printed, and verifies', async () => {
    const run = await createJournalStore(state).create('r1');
    const { journal, directory } = await run.cluster('paris');
    const events = runEvents(upgradePlan());
    for (const event of events) await journal.append(event);
    await run.close();
    const text = await readFile(join(directory, 'journal.jsonl'), 'utf8');
    const kept = events.filter(({ type }) => type !== 'command-output');
    expect(verifyChain(text)).toEqual({ kind: 'ok', entries: kept.length, sealed: true });
    expect(text.split('\n')[0]).toBe('{"format":1,"seq":0,"run":"r1","cluster":"paris"}');
    const entries: object[] = text
      .trimEnd()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line));
    expect(entries).toMatchObject(kept);
  });

  it('takes concurrent appends one after the other, in the order of the calls', async () => {
    const run = await createJournalStore(state).create('r1');
    const names = Array.from({ length: 100 }, (_, index) => `phase ${index}`);
    await Promise.all(names.map((name) => run.fleet.append(phase(name))));
    await run.close();
    const text = await readFile(join(state, 'runs/r1/fleet.jsonl'), 'utf8');
    expect(verifyChain(text)).toEqual({ kind: 'ok', entries: 100, sealed: true });
    expect(text.match(/phase \d+/g)).toEqual(names);
  });

  it('gives one record a cluster, and refuses entries after the end', async () => {
    const run = await createJournalStore(state).create('r1');
    const [one, two] = await Promise.all([run.cluster('paris'), run.cluster('paris')]);
    expect(one).toBe(two);
    await run.close();
    await run.close();
    await expect(one.journal.append(phase('late'))).rejects.toThrow('is closed: phase-started came after the end');
  });
});

describe('what the file system refuses', () => {
  it('a run id is used once', async () => {
    const run = await createJournalStore(state).create('r1');
    await run.close();
    await expect(createJournalStore(state).create('r1')).rejects.toThrow(/fleet\.jsonl: exists already\. Move it away/);
  });

  it('a directory that is in the way', async () => {
    await mkdir(state, { recursive: true });
    await writeFile(join(state, 'runs'), '');
    await expect(createJournalStore(state).create('r1')).rejects.toMatchObject({ name: 'StorageError' });
  });

  it('a directory where nobody may write, not even root', async () => {
    const refused = createJournalStore('/sys/nodeops').create('r1');
    await expect(refused).rejects.toMatchObject({ name: 'StorageError' });
    await expect(refused).rejects.toThrow(/permission denied|operation not permitted|read-only/);
  });

  it.each([
    [
      'ENOSPC',
      '/s/j: no space left on the device. Free some space (df -h /s/j) or set XDG_STATE_HOME to a directory elsewhere',
    ],
    [
      'EACCES',
      '/s/j: permission denied. Make it yours (ls -ld /s/j; id) or set XDG_STATE_HOME to a directory elsewhere',
    ],
  ])('%s names the path and what to do', (code, message) => {
    expect(explainStorage(Object.assign(new Error('x'), { code }), '/s/j')).toMatchObject({ message, path: '/s/j' });
  });

  it('other errors pass as they are', () => {
    const bug = new TypeError('bug');
    expect(explainStorage(bug, '/s')).toBe(bug);
  });

  it.each(['', '.', '..', '../up', 'a/b', '.hidden', 'a\0b', 'x'.repeat(201)])('the name %j', async (name) => {
    await expect(createJournalStore(state).create(name)).rejects.toThrow('cannot be a file name');
    const run = await createJournalStore(state).create('r1');
    await expect(run.cluster(name)).rejects.toThrow('cannot be a file name');
    await run.close();
  });
});

it.each([
  [{}, '/home/ana/.local/state/nodeops'],
  [{ XDG_STATE_HOME: '' }, '/home/ana/.local/state/nodeops'],
  [{ XDG_STATE_HOME: 'relative' }, '/home/ana/.local/state/nodeops'],
  [{ XDG_STATE_HOME: '/srv/state' }, '/srv/state/nodeops'],
])('state lies where %j says', (env, path) => expect(stateDirectory(env, '/home/ana')).toBe(path));
