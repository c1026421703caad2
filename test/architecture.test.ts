import { describe, expect, it } from 'vitest';
import { findCircle, sources, testFiles, type SourceFile } from './architecture/source.ts';

/** The plan of the house: room → what it may import. Its own files are always allowed. */
const house: Readonly<Record<string, readonly string[]>> = {
  model: [],
  ports: ['model'],
  documents: ['model'],
  inventory: ['model', 'documents'],
  commands: ['model'],
  facts: ['model', 'commands'],
  drain: ['model', 'facts'],
  backup: ['model', 'facts'],
  diagnosis: ['model', 'facts'],
  disaster: ['model', 'facts', 'drain', 'backup'],
  steps: ['model', 'commands', 'facts', 'drain', 'backup'],
  gates: ['model', 'commands', 'facts', 'drain', 'backup', 'steps'],
  playbook: ['model', 'documents', 'facts', 'steps', 'gates'],
  practice: ['model', 'documents', 'commands', 'playbook'],
  plan: ['model', 'facts', 'steps', 'gates', 'playbook'],
  run: ['model', 'ports', 'commands', 'facts', 'drain', 'backup', 'steps', 'gates', 'playbook', 'plan'],
  fleet: ['model', 'ports', 'plan', 'run'],
  report: ['model', 'backup'],
  adapters: ['model', 'ports', 'commands/quote.ts'],
  simulator: ['model', 'ports'],
  cli: [
    'diagnosis',
    'disaster',
    'drain',
    'model',
    'ports',
    'documents',
    'inventory',
    'commands',
    'facts',
    'steps',
    'gates',
    'playbook',
    'practice',
    'plan',
    'backup',
    'run',
    'fleet',
    'report',
  ],
};

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const own = ({ imports }: SourceFile) => imports.filter(({ ours }) => ours);
const edges = (wanted: (typeOnly: boolean, late: boolean) => boolean) =>
  new Map(
    sources.map((file) => [
      file.path,
      own(file)
        .filter(({ typeOnly, late }) => wanted(typeOnly, late))
        .map(({ target }) => target),
    ]),
  );
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
const functions = sources.flatMap((file) => file.functions);

describe('the house', () => {
  it('has no room that is not in its plan', () => {
    const rooms = sources.map(({ path }) => roomOf(path)).filter((room) => room !== 'main.ts');
    expect([...new Set(rooms)].filter((room) => !(room in house))).toEqual([]);
  });

  it.each(Object.entries(house))('%s imports only what it may', (room, allowed) => {
    const doors = sources
      .filter(({ path }) => roomOf(path) === room)
      .flatMap((file) => own(file).map(({ target }) => ({ from: file.path, target })))
      .filter(({ target }) => ![room, ...allowed].some((door) => door === target || door === roomOf(target)));
    expect(doors).toEqual([]);
  });

  it('has no circle of imports that run, late ones included', () => {
    expect(findCircle(edges((typeOnly) => !typeOnly))).toBeUndefined();
  });

  it('has no circle of types either', () => {
    expect(findCircle(edges(() => true))).toBeUndefined();
  });

  it('has no barrels: a name is imported from where it is made', () => {
    expect(sources.filter(({ reExports, path }) => reExports || /(^|\/)index\.ts$/.test(path))).toEqual([]);
  });

  it('finds a circle where there is one', () => {
    const round = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
    ]);
    expect(findCircle(round)).toEqual(['a', 'b', 'c', 'a']);
  });
});

/** What an adapter may do is its own business: it is the other side of a port. */
const ruled = sources.filter(({ path }) => !path.startsWith('adapters/') && !path.startsWith('simulator/'));
const calling = (pattern: RegExp): readonly string[] =>
  ruled.flatMap(({ path, calls }) => (calls.some((call) => pattern.test(call)) ? [path] : []));

/** `isIP` and `BlockList` only calculate. */
const calculates = (path: string, target: string): boolean => path === 'model/subnet.ts' && target === 'node:net';

describe('where the world is touched', () => {
  it('nodes are reached from a few files only', () => {
    // observe looks and perform writes, which is how a dry run can promise anything and the journal be complete.
    // detached, follow-unit and send-artifact are the second half of perform (start, follow, attach again; a file too
    // large for one command); reach asks `true` before anything begins.
    expect(calling(/\btransport\.(run|put|fetch)$/)).toEqual([
      'run/detached.ts',
      'run/follow-unit.ts',
      'run/observe.ts',
      'run/perform.ts',
      'run/reach.ts',
      'run/send-artifact.ts',
    ]);
  });

  it('only perform puts files or copies them off', () => {
    expect(calling(/\btransport\.(put|fetch)$/)).toEqual(['run/perform.ts']);
  });

  it('time passes through the clock only, so that a test need not wait', () => {
    const waiting = calling(/(^|\.)(setTimeout|setInterval|setImmediate|sleep)$/);
    const throughClock = calling(/\bclock\.sleep$/);
    expect(waiting.filter((path) => !throughClock.includes(path))).toEqual([]);
    const others = ruled.flatMap(({ path, calls }) =>
      calls
        .filter((call) => /(^|\.)(setTimeout|setInterval|setImmediate)$/.test(call))
        .map((call) => `${path}: ${call}`),
    );
    expect(others).toEqual([]);
  });

  it('the hour is asked of the clock', () => {
    const exceptMain = ruled.filter(({ path }) => path !== 'main.ts');
    const asking = exceptMain.filter(({ calls, text }) => calls.includes('Date.now') || text.includes('new Date()'));
    expect(asking.map(({ path }) => path)).toEqual([]);
  });

  it('chance comes through its port, so that a run can be repeated', () => {
    const exceptMain = ruled.filter(({ path }) => path !== 'main.ts');
    const drawing = /(^|\.)(random|randomBytes|randomInt|randomUUID|getRandomValues)$/;
    expect(exceptMain.filter(({ calls }) => calls.some((call) => drawing.test(call))).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('facts, steps, gates, plans and reports do no I/O', () => {
    const pure = new Set([
      'model',
      'documents',
      'commands',
      'facts',
      'drain',
      'backup',
      'steps',
      'gates',
      'playbook',
      'plan',
      'report',
    ]);
    const io = /^node:(fs|child_process|net|http|https|tls|dns|process|timers|worker_threads)/;
    const found = sources
      .filter(({ path }) => pure.has(roomOf(path)))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => io.test(target) && !calculates(path, target))
          .map(({ target }) => `${path}: ${target}`),
      );
    expect(found).toEqual([]);
  });
});

const words = (path: string) => path.replace(/\.ts$/, '').split('/');

describe('size and names', () => {
  it('a file is one idea: no more than 250 lines', () => {
    expect(sources.filter(({ lines }) => lines > 250).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('a function has no more than 50 lines', () => {
    // Functions that a function makes (a factory's, as a class has methods) are counted for themselves.
    const long = functions.filter(({ lines }) => lines > 50);
    expect(long.map(({ file, line, name, lines }) => `${file}:${line} ${name}: ${lines}`)).toEqual([]);
  });

  it('tells the medians', () => {
    const ofFiles = median(sources.map(({ lines }) => lines));
    const ofFunctions = median(functions.map(({ lines }) => lines));
    process.stdout.write(
      `${sources.length} files of ${ofFiles} lines, ${functions.length} functions of ${ofFunctions} (medians; the aim is 70 and 10)\n`,
    );
    expect(functions.length).toBeGreaterThan(sources.length);
  });

  it('names say what a thing is', () => {
    const vague = /^(manager|helpers?|utils?|utilit(y|ies)|common|base|misc|shared|lib)$/;
    expect(sources.map(({ path }) => path).filter((path) => words(path).some((word) => vague.test(word)))).toEqual([]);
    expect(
      sources
        .map(({ path }) => path)
        .filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path)),
    ).toEqual([]);
    const compound = /(^|-)(manager|helpers?|utils?|common)(-|$)/;
    expect(sources.map(({ path }) => path).filter((path) => words(path).some((word) => compound.test(word)))).toEqual(
      [],
    );
  });

  it('nothing is left for later', () => {
    expect(sources.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

/** Not steps themselves: the contract, what several share, and the lists. */
const noSteps = new Set(['steps/step.ts', 'steps/registry.ts', 'gates/registry.ts']);

describe('tests', () => {
  it.each(['steps', 'gates'])('each file of %s has a test of its own', (room) => {
    const files = sources.filter(({ path, text }) => roomOf(path) === room && text.includes('defineStep({'));
    const untested = files
      .filter(({ path }) => !noSteps.has(path))
      .filter(({ path }) => !testFiles.includes(path.replace(/\.ts$/, '.test.ts')))
      .map(({ path }) => path);
    expect(files.length).toBeGreaterThan(5);
    expect(untested).toEqual([]);
  });
});
