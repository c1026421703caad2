import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read, scratch, write } from '../../src/commands/build.ts';
import { quote } from '../../src/commands/quote.ts';
import { frameCommands, splitFrames, type Framed, type Question } from '../../src/facts/frame.ts';
import type { Command, CommandResult } from '../../src/model/command.ts';

const token = 'a1b2c3d4e5f60718';

const run = (command: Command): CommandResult => {
  const { status, signal, stdout, stderr } = spawnSync('/bin/sh', ['-c', quote(command.argv)], {
    encoding: 'utf8',
    input: command.stdin ?? '',
  });
  const exit =
    status === null ? { kind: 'signal' as const, signal: signal ?? '' } : { kind: 'code' as const, code: status };
  return { exit, stdout, stderr, truncated: false, durationMs: 0 };
};

const ask = (questions: readonly Question[]): ReadonlyMap<string, Framed> =>
  new Map(frameCommands(questions, token).flatMap((command) => [...splitFrames(run(command), token)]));

const sh = (script: string, options = {}): Command => read(['sh', '-c', script], options);

const said = (stdout: string, stderr: unknown = '', code = 0): unknown => ({ output: { stdout, stderr, code } });

/** What a command may do to its surroundings, and what is to come back of it. */
const hostile: readonly (readonly [string, Command, unknown])[] = [
  ['plain', sh('echo out; echo err >&2'), said('out\n', 'err\n')],
  ['nothing', sh(':'), said('')],
  ['no newline at the end', sh('printf out; printf err >&2'), said('out', 'err')],
  ['newlines only', sh(String.raw`printf '\n\n'; printf '\n' >&2`), said('\n\n', '\n')],
  ['a code', sh('exit 3'), said('', '', 3)],
  ['its own shell killed', sh('echo before; kill -9 $$'), { unavailable: 'was killed, or timed out after 30 s' }],
  ['terminated', sh('kill -TERM $$'), said('', expect.stringMatching(/^(Terminated\n)?$/), 143)],
  ['its group killed', sh('kill -9 0'), { unavailable: 'was killed, or timed out after 30 s' }],
  ['its parent killed', sh('kill -9 $PPID'), { unavailable: 'was killed, or timed out after 30 s' }],
  ['streams closed', sh('exec 0<&- 1>&- 2>&-; exit 4'), said('', '', 4)],
  ['reads its input', sh('cat; echo end'), said('end\n')],
  ['is given input', sh('cat', { stdin: "it's\n$HOME `x` \\n %s" }), said("it's\n$HOME `x` \\n %s")],
  ['ignores its input', sh('exit 5', { stdin: 'x'.repeat(10_000) }), said('', '', 5)],
  [
    'frame-like lines',
    sh(String.raw`printf '\n%s end 0 30 x\n' 0000000000000000; echo "begin $t"`),
    said('\n0000000000000000 end 0 30 x\nbegin \n'),
  ],
  ['is given an environment', sh('printf %s "$A"', { env: { A: "it's" } }), said("it's")],
  [
    'C locale and system programs',
    sh('echo "$LC_ALL"; command -v getconf >/dev/null; echo "$PATH"'),
    said('C\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n'),
  ],
  ['no such program', read(['no-such-program']), said('', expect.stringContaining('no-such-program'), 127)],
];

describe('frames, run by sh', () => {
  const answers = ask(hostile.map(([id, command]) => ({ id, command })));

  it.each(hostile)('bring back: %s', (id, _command, framed) => expect(answers.get(id)).toEqual(framed));

  it('go on after one that hangs', () => {
    const found = ask([
      { id: 'hangs', command: sh('echo started; sleep 30', { timeoutMs: 1000 }) },
      { id: 'hangs and holds on', command: sh('trap "" TERM; sleep 30 & wait; sleep 30', { timeoutMs: 900 }) },
      { id: 'after', command: sh('echo after') },
    ]);
    expect(found.get('hangs')).toEqual({ unavailable: 'timed out after 1 s' });
    expect(found.get('hangs and holds on')).toHaveProperty('unavailable');
    expect(found.get('after')).toEqual(said('after\n'));
  }, 15_000);

  it('bring back bytes that are no text without losing the next', () => {
    const found = ask([
      { id: 'binary', command: read(['head', '-c', '20000', '/dev/urandom']) },
      { id: 'after', command: sh('echo after') },
    ]);
    expect(found.get('binary')).toHaveProperty('output');
    expect(found.get('after')).toEqual(said('after\n'));
  });

  it('bring back any text exactly', () => {
    const text = fc.string({ unit: fc.constantFrom('\n', ' ', "'", '"', '$', '\\', '%', 'é', 'x', '`', '>') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (pairs) => {
        const questions = pairs.map(([out, err], index) => ({
          id: `q ${index}`,
          command: read(['sh', '-c', 'printf %s "$1"; printf %s "$2" >&2', 'sh', out, err]),
        }));
        expect([...ask(questions).values()]).toEqual(pairs.map(([out, err]) => said(out, err)));
      }),
      { numRuns: 25 },
    );
  });

  it('do not print their own markers in a process list', () => {
    const found = ask([{ id: 'list', command: sh('cat /proc/$PPID/cmdline /proc/*/cmdline 2>/dev/null; :') }]);
    expect(found.get('list')).toHaveProperty('output');
  });
});

const question = (id: string, command: Command): Question => ({ id, command });

/** What a frame of so many questions may take altogether. */
const timeout = (count: number, timeoutMs: number): number | undefined =>
  frameCommands(
    Array.from({ length: count }, (_, index) => question(`q${index}`, sh(':', { timeoutMs }))),
    token,
  )[0]?.timeoutMs;

describe('frameCommands', () => {
  it('asks nothing for no questions', () => expect(frameCommands([], token)).toEqual([]));

  it('is a read, or scratch where one part is', () => {
    const parts = [question('a', sh(':'))];
    expect(frameCommands(parts, token).map(({ effect, become }) => ({ effect, become }))).toEqual([
      { effect: 'read', become: true },
    ]);
    expect(frameCommands([...parts, question('b', scratch(['true']))], token).map(({ effect }) => effect)).toEqual([
      'scratch',
    ]);
  });

  it('refuses a write, a doubled name, a name of two lines, a weak token', () => {
    expect(() => frameCommands([question('a', write(['reboot']))], token)).toThrow(TypeError);
    expect(() => frameCommands([question('a', sh(':')), question('a', sh(':'))], token)).toThrow(TypeError);
    expect(() => frameCommands([question('a\nb', sh(':'))], token)).toThrow(TypeError);
    expect(() => frameCommands([question('a', sh(':'))], "x'; reboot")).toThrow(TypeError);
  });

  it('splits what would be too long for one argument, as the shell of the node gets it', () => {
    const questions = Array.from({ length: 40 }, (_, index) =>
      question(`q${index}`, sh(`: ${"'".repeat(2000)}; echo ${index}`)),
    );
    const commands = frameCommands(questions, token);
    expect(commands.length).toBeGreaterThan(1);
    for (const { argv } of commands) expect(Buffer.byteLength(quote(argv))).toBeLessThan(128 * 1024 - 1024);
  });

  it('sends long and secret input as input, alone', () => {
    const questions = [
      question('long', sh('wc -c', { stdin: 'x'.repeat(300_000) })),
      question('short', sh('cat', { stdin: 'y' })),
      question('secret', sh('cat', { stdin: 'hunter2', secret: true })),
    ];
    const commands = frameCommands(questions, token);
    expect(commands.map(({ stdin, secret }) => [stdin?.length, secret])).toEqual([
      [undefined, undefined],
      [300_000, undefined],
      [7, true],
    ]);
    expect(JSON.stringify(commands.map(({ argv }) => argv))).not.toContain('hunter2');
    expect(ask(questions).get('long')).toEqual(said('300000\n'));
    expect(ask(questions).get('secret')).toEqual(said('hunter2'));
  });

  it('waits for its parts, but not without end', () => {
    expect(timeout(2, 10_000)).toBe(29_000);
    expect(timeout(40, 30_000)).toBe(300_000);
    expect(timeout(1, 600_000)).toBe(610_000);
  });
});

describe('splitFrames', () => {
  const questions = ['a', 'b', 'c'].map((id) => ({ id, command: sh(`echo ${id}; echo ${id} >&2`) }));
  const [command] = frameCommands(questions, token);
  const whole = run(command ?? sh(':'));
  const lost = { ...whole, exit: { kind: 'unknown', why: 'connection lost' } } as const;

  it('says why a part did not come back', () => {
    const end = whole.stdout.indexOf('begin c');
    const found = splitFrames({ ...lost, stdout: whole.stdout.slice(0, end) }, token);
    expect(found.get('b')).toEqual(said('b\n', 'b\n'));
    expect(found.get('c')).toEqual({ unavailable: 'its answer did not come back whole (unknown (connection lost))' });
  });

  it('trusts nothing when the middle was dropped', () => {
    const found = splitFrames({ ...whole, truncated: true }, token);
    expect([...found.values()]).toEqual(questions.map(() => ({ unavailable: 'the answer was too long to be kept' })));
  });

  it('never gives a part for the whole', () => {
    const right = splitFrames(whole, token);
    const position = fc.nat(whole.stdout.length);
    fc.assert(
      fc.property(position, position, (at, err) => {
        const found = splitFrames(
          { ...lost, stdout: whole.stdout.slice(0, at), stderr: whole.stderr.slice(0, err) },
          token,
        );
        const kept = [...found].filter(([, framed]) => 'output' in framed);
        expect(kept).toEqual(kept.map(([id]) => [id, right.get(id)]));
      }),
    );
  });

  it('answers to anything', () => {
    const noise = fc.string({
      unit: fc.constantFrom(`\n${token} `, 'begin a\n', 'end 0 30 a\n', 'asks a\n', 'x', '\n'),
    });
    fc.assert(
      fc.property(noise, noise, fc.boolean(), (stdout, stderr, truncated) => {
        const found = [...splitFrames({ ...whole, stdout, stderr, truncated }, token).values()];
        expect(found.every((framed) => 'output' in framed || 'unavailable' in framed)).toBe(true);
      }),
    );
  });
});
