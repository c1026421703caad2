import { describe, expect, it } from 'vitest';
import { cloneFiles, MemoryFiles } from '../../../src/simulator/files/memory-files.ts';
import { byCluster, type Actor } from '../../../src/simulator/world/actor.ts';
import { FileError } from '../../../src/simulator/world/files.ts';

const around = { now: () => 1000 };
const person: Actor = { kind: 'person', name: 'ann' };

const prepared = (): MemoryFiles => {
  const files = new MemoryFiles(around);
  files.makeDirectory('/etc/apt', byCluster, { parents: true });
  files.write('/etc/apt/list', 'a\n', byCluster);
  files.write('/etc/hosts', 'h\n', byCluster);
  files.link('apt/list', '/etc/link', byCluster);
  files.link('/etc/apt', '/apt', byCluster);
  return files;
};

describe('a layer above a prepared file system', () => {
  it('keeps its changes to itself', () => {
    const base = prepared();
    const [one, two] = [cloneFiles(base, around), cloneFiles(base, around)];
    one.write('/etc/apt/list', 'one\n', person);
    one.remove('/etc/hosts', person);
    one.write('/etc/new', 'n', person);
    one.changeMode('/etc/apt', 0o700, person);
    expect([one.read('/etc/apt/list'), one.list('/etc'), one.stat('/etc/apt')?.mode]).toEqual([
      'one\n',
      ['apt', 'link', 'new'],
      0o700,
    ]);
    expect([two.read('/etc/apt/list'), two.list('/etc'), two.stat('/etc/apt')?.mode]).toEqual([
      'a\n',
      ['apt', 'hosts', 'link'],
      0o755,
    ]);
    expect(one.stat('/etc/apt/list')?.inode).toBe(two.stat('/etc/apt/list')?.inode);
  });

  it('shows what is written later to who opened the file before', () => {
    const files = cloneFiles(prepared(), around);
    const handle = files.open('/etc/apt/list', person);
    files.write('/etc/apt/list', 'b\n', person, { append: true });
    expect(handle.text()).toBe('a\nb\n');
    files.move('/etc/hosts', '/etc/apt/list', person);
    files.write('/etc/apt/list', 'c\n', person, { append: true });
    expect([handle.text(), files.read('/etc/apt/list')]).toEqual(['a\nb\n', 'h\nc\n']);
    handle.write(0, 'X');
    expect([handle.text(), files.read('/etc/apt/list')]).toEqual(['X\nb\n', 'h\nc\n']);
  });

  it('freezes what is below it', () => {
    const base = prepared();
    cloneFiles(base, around);
    expect(() => base.write('/etc/hosts', 'x', person)).toThrow('must not change any more');
  });
});

describe('paths', () => {
  it.each([
    ['/etc/link', '/etc/apt/list'],
    ['/apt/list', '/etc/apt/list'],
    ['/apt', '/etc/apt'],
    ['/', '/'],
    ['/none', undefined],
    ['/etc/hosts/x', undefined],
  ])('%s is really %s', (path, real) => expect(prepared().realPath(path)).toBe(real));

  it('are written through links', () => {
    const files = prepared();
    files.write('/etc/link', 'new\n', person);
    files.write('/apt/other', 'o', person);
    expect([files.read('/etc/apt/list'), files.read('/etc/apt/other'), files.linkStat('/etc/link')?.kind]).toEqual([
      'new\n',
      'o',
      'link',
    ]);
  });

  it('that lead in a circle are refused', () => {
    const files = prepared();
    files.link('/loop', '/loop', person);
    expect(() => files.read('/loop')).toThrow('ELOOP');
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, (files: MemoryFiles) => unknown, FileError['code']])[] = [
    ['reading what is missing', (files) => files.read('/none'), 'ENOENT'],
    ['reading a directory', (files) => files.read('/etc'), 'EISDIR'],
    ['writing below what is missing', (files) => files.write('/none/x', '', person), 'ENOENT'],
    ['writing below a file', (files) => files.write('/etc/hosts/x', '', person), 'ENOTDIR'],
    ['writing a directory', (files) => files.write('/etc', '', person), 'EISDIR'],
    ['creating what exists', (files) => files.write('/etc/hosts', '', person, { exclusive: true }), 'EEXIST'],
    [
      'creating at a link that leads nowhere',
      (files) => {
        files.link('/none', '/dangling', person);
        files.write('/dangling', '', person, { exclusive: true });
      },
      'EEXIST',
    ],
    ['making a directory again', (files) => files.makeDirectory('/etc', person), 'EEXIST'],
    ['removing a full directory', (files) => files.remove('/etc', person), 'ENOTEMPTY'],
    [
      'moving over a full directory',
      (files) => {
        files.makeDirectory('/d', person);
        files.move('/d', '/etc', person);
      },
      'ENOTEMPTY',
    ],
    ['moving a file over a directory', (files) => files.move('/etc/hosts', '/etc/apt', person), 'EISDIR'],
    [
      'writing on a full disk',
      (files) => cloneFiles(files, { ...around, free: () => 1 }).write('/etc/new', 'ab', person),
      'ENOSPC',
    ],
  ];
  it.each(cases)('%s', (_, work, code) => {
    const files = prepared();
    expect(() => work(files)).toThrow(FileError);
    expect(() => work(prepared())).toThrow(code);
  });

  it('leaves room for what does not grow on a full disk', () => {
    const files = cloneFiles(prepared(), { ...around, free: () => 0 });
    files.write('/etc/hosts', 'H\n', person);
    expect(files.read('/etc/hosts')).toBe('H\n');
    expect(() => files.write('/etc/hosts', 'longer\n', person)).toThrow('ENOSPC');
    expect(files.read('/etc/hosts')).toBe('');
  });
});

describe('marks', () => {
  it('tell each change with who made it, and whether it was there before', () => {
    const heard: string[] = [];
    const files = cloneFiles(prepared(), { ...around, onChange: (path) => heard.push(path) });
    const mark = files.mark();
    files.read('/etc/hosts');
    files.compute('/proc', { kind: 'file', read: () => 'x' });
    expect(files.changedSince(mark)).toEqual([]);
    files.write('/etc/link', '', person);
    files.write('/etc/new', 'n', person);
    files.remove('/etc/hosts', person);
    const changes = files.changedSince(mark).map(({ path, actor, existed }) => `${path} ${actor.kind} ${existed}`);
    expect(changes).toEqual([
      '/etc/apt/list person true',
      '/etc/new person false',
      '/etc/new person true',
      '/etc/hosts person true',
    ]);
    expect(heard).toEqual(files.changedSince(mark).map(({ path }) => path));
  });
});
