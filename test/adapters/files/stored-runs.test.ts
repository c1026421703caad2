import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerLink, nextLink, sealLink, type Link } from '../../../src/adapters/files/chain.ts';
import { createJournalStore } from '../../../src/adapters/files/journal-store.ts';
import { thisWriter, writerState } from '../../../src/adapters/files/writer.ts';
import type { Event } from '../../../src/model/event.ts';
import type { JournalStore } from '../../../src/ports/journal-store.ts';

let state: string;
let store: JournalStore;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'nodeops-stored-'));
  store = createJournalStore(state);
});
afterEach(() => rm(state, { recursive: true, force: true }));

const phase = (name: string): Event => ({ at: 1, cluster: 'paris', type: 'phase-started', phase: name });
const end: Event = { at: 2, cluster: 'paris', type: 'run-finished', outcome: 'done', durationMs: 1 };

/** A run of one cluster as this process writes it, closed. */
const written = async (id: string): Promise<string> => {
  const run = await store.create(id);
  const record = await run.cluster('paris');
  const { journal, directory } = record;
  await record.writePlan('{"format":1}');
  await record.writeWish('{"format":1,"command":"upgrade"}');
  await journal.append(phase('one'));
  await journal.append(end);
  await run.fleet.append(end);
  await run.close();
  return directory;
};

const chain = (header: Readonly<Record<string, string>>, events: readonly Event[], sealed = true): string => {
  const links: Link[] = [headerLink(header)];
  for (const event of events) links.push(nextLink(links.at(-1) ?? headerLink({}), event));
  return [...links, ...(sealed ? [sealLink(links.at(-1) ?? headerLink({}))] : [])].map(({ line }) => line).join('');
};

/** A run as another process left it. */
const left = async (
  id: string,
  header: Readonly<Record<string, string>>,
  events: readonly Event[] = [phase('one')],
) => {
  const directory = join(state, 'runs', id, 'clusters', 'paris');
  await mkdir(directory, { recursive: true });
  await writeFile(join(state, 'runs', id, 'fleet.jsonl'), chain({ run: id, ...header }, events, false));
  await writeFile(join(directory, 'journal.jsonl'), chain({ run: id, cluster: 'paris' }, events, false));
  return directory;
};
const gone = { host: hostname(), pid: '4194305', start: 'b 1' };
const read = (id: string, notes: string[] = []) => store.readCluster(id, 'paris', (text) => void notes.push(text));

describe('runs that are stored', () => {
  it('are listed oldest first; what is no run is not', async () => {
    expect(await store.list()).toEqual([]);
    for (const id of ['2026-11-22-r', '2026-11-21-r']) await written(id);
    await mkdir(join(state, 'runs', '.removed-x'));
    await writeFile(join(state, 'runs', 'notes.txt'), '');
    expect(await store.list()).toEqual(['2026-11-21-r', '2026-11-22-r']);
  });

  it('are read back as they were written', async () => {
    const directory = await written('r1');
    expect(await store.read('r1')).toEqual({
      id: 'r1',
      directory: join(state, 'runs', 'r1'),
      writer: 'alive',
      process: { pid: process.pid, host: hostname() },
      clusters: ['paris'],
      transitions: [end],
      notes: [],
    });
    expect(await read('r1')).toEqual({
      name: 'paris',
      directory,
      events: [phase('one'), end],
      plan: '{"format":1}',
    });
    expect(await store.readWish('r1', 'paris')).toBe('{"format":1,"command":"upgrade"}');
    expect(await store.readWish('r1', 'oslo')).toBeUndefined();
  });

  it('are removed whole', async () => {
    await written('r1');
    await store.remove('r1');
    expect(await store.list()).toEqual([]);
    expect(await readFile(join(state, 'runs', '.removed-r1')).catch((error: NodeJS.ErrnoException) => error.code)).toBe(
      'ENOENT',
    );
  });
});

describe('a torn last line', () => {
  it('is taken off when its writer is gone, and that is said', async () => {
    const directory = await left('r1', gone);
    const path = join(directory, 'journal.jsonl');
    const before = await readFile(path, 'utf8');
    await appendFile(path, '{"seq":2,"pre€');
    const notes: string[] = [];
    expect((await read('r1', notes)).events).toEqual([phase('one')]);
    expect(notes).toEqual([
      `${path}:3: the run was killed while it wrote this line; its 16 bytes were taken off, and the 1 entries before it verify`,
    ]);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await read('r1', notes)).events).toEqual([phase('one')]);
    expect(notes).toHaveLength(1);
  });

  it.each([
    ['of a run that may still write it', async () => ({ ...(await thisWriter()) })],
    ['of a run on another host', () => Promise.resolve({ ...gone, host: 'elsewhere' })],
  ])('%s is left alone', async (_what, writer) => {
    const path = join(await left('r1', await writer()), 'journal.jsonl');
    await appendFile(path, '{"seq":2');
    const notes: string[] = [];
    expect((await read('r1', notes)).events).toEqual([phase('one')]);
    expect([notes, (await readFile(path, 'utf8')).endsWith('{"seq":2')]).toEqual([[], true]);
  });

  it('of the fleet journal is repaired as well; an audit changes nothing', async () => {
    await left('r1', gone);
    const path = join(state, 'runs/r1/fleet.jsonl');
    await appendFile(path, '{');
    expect((await store.audit('r1'))[0]).toEqual({ path, state: { kind: 'torn', entries: 1, line: 3 } });
    expect((await readFile(path, 'utf8')).endsWith('{')).toBe(true);
    expect((await store.read('r1')).notes).toHaveLength(1);
    expect((await store.audit('r1'))[0]).toEqual({ path, state: { kind: 'whole', entries: 1, sealed: false } });
  });

  it('is all there is: nothing was written yet', async () => {
    const path = join(await left('r1', gone), 'journal.jsonl');
    await truncate(path, 0);
    const notes: string[] = [];
    expect([(await read('r1', notes)).events, notes]).toEqual([[], []]);
  });
});

describe('a broken chain', () => {
  it('is refused with file and line', async () => {
    const path = join(await written('r1'), 'journal.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"one"', '"two"'));
    const problem = 'the line before it (2) was changed after it was written';
    await expect(read('r1')).rejects.toMatchObject({
      name: 'BrokenJournal',
      message: `${path}:3: the journal of run r1 is broken: ${problem}`,
      fix: expect.stringContaining('nodeops audit verify r1'),
    });
    expect((await store.audit('r1'))[1]).toEqual({
      path,
      cluster: 'paris',
      state: { kind: 'broken', line: 3, problem },
    });
  });

  it('of the fleet keeps a run from being read', async () => {
    await written('r1');
    await writeFile(join(state, 'runs/r1/fleet.jsonl'), 'x\n');
    await expect(store.read('r1')).rejects.toThrow(/fleet\.jsonl:1: .*not a JSON object/);
  });

  it('an entry that is no event is not believed', async () => {
    const path = join(await written('r1'), 'journal.jsonl');
    const header = headerLink({ run: 'r1' });
    await writeFile(path, header.line + nextLink(header, { type: 'strange' }).line);
    await expect(read('r1')).rejects.toThrow(/journal\.jsonl:2: .* is no event/);
  });

  it('a journal that was taken away is missed', async () => {
    const path = join(await written('r1'), 'journal.jsonl');
    await rm(path);
    expect((await store.audit('r1'))[1]).toMatchObject({ path, state: { kind: 'broken', line: 1 } });
    await rm(join(path, '..'), { recursive: true });
    expect((await store.audit('r1'))[1]).toMatchObject({ path, state: { kind: 'broken', line: 1 } });
  });
});

describe('the writer of a record', () => {
  it('lives as long as its process, not as long as its number', async () => {
    const own = await thisWriter();
    const other = execa('sleep', ['60']);
    const theirs = { host: own.host, pid: String(other.pid), start: '' };
    expect([await writerState({ ...own }), await writerState(theirs)]).toEqual(['alive', 'alive']);
    expect(await writerState({ ...own, start: 'an-earlier-boot 1' })).toBe('gone');
    other.kill();
    await other.catch(() => undefined);
    expect(await writerState(theirs)).toBe('gone');
  });

  it.each([
    ['another host', { ...gone, host: 'elsewhere' }, 'elsewhere'],
    ['a header of before', {}, 'gone'],
    ['a number that is none', { ...gone, pid: '-1' }, 'gone'],
  ])('%s', async (_what, header, expected) => expect(await writerState(header)).toBe(expected));
});
