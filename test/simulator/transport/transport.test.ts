import { describe, expect, it } from 'vitest';
import { read, write } from '../../../src/commands/build.ts';
import type { Fate } from '../../../src/simulator/transport/channel.ts';
import { bench, node } from './bench.ts';

type Bench = ReturnType<typeof bench>;
const ask = (on: Bench, line: string, timeoutMs = 60_000) => on.transport.run(node, read([line], { timeoutMs }));
const unknown = (why: string) => ({ kind: 'unknown', why });
const reset = unknown('connection lost: read ECONNRESET');

describe('a command', () => {
  it('costs a handshake the first time, a round trip from then on', async () => {
    const on = bench();
    expect(await on.settle(ask(on, 'print hello'))).toMatchObject({ exit: { kind: 'code', code: 0 }, stdout: 'hello' });
    const first = on.since();
    expect(first).toBeGreaterThan(160);
    await on.settle(ask(on, 'after 5; exit 3'));
    expect(on.since() - first).toBe(25);
    expect(on.transport.counters()).toEqual({ reads: 2, scratches: 0, writes: 0, roundTrips: 2 });
  });

  it('waits for its turn where eight run already', async () => {
    const on = bench();
    await on.settle(ask(on, 'exit 0'));
    const begun = on.since();
    const all = Array.from({ length: 9 }, () => ask(on, 'after 1000'));
    await on.settle(Promise.all(all));
    expect(on.since() - begun).toBe(2040);
  });

  it('prints in pieces as they come', async () => {
    const on = bench();
    const [pieces, times]: [string[], number[]] = [[], []];
    const onStdout = (chunk: Buffer): void => {
      pieces.push(chunk.toString());
      times.push(on.since());
    };
    await on.settle(on.transport.run(node, read(['print a; print b; after 100; print c']), { onStdout }));
    expect(pieces).toEqual(['a', 'b', 'c']);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 0, 100]);
  });

  it('keeps head and tail of what is too long', async () => {
    const on = bench();
    const result = await on.settle(on.transport.run(node, read(['print abcdefghij']), { keepBytes: 4 }));
    expect(result).toMatchObject({ stdout: 'abij', truncated: true });
  });

  it.each<[string, string, Fate, string, readonly string[]]>([
    ['before: it does not start', 'after 5; print x', { lose: 'before' }, '', []],
    ['during: it goes on until it writes', 'after 50; print x', { lose: 'during', afterMs: 5 }, '', ['ended PIPE']],
    ['during: it goes on to its end', 'after 50; exit 0', { lose: 'during', afterMs: 5 }, '', ['ended 0']],
    ['after: it is done', 'after 50; exit 0', { lose: 'after' }, '', ['ended 0']],
  ])('the connection lost %s', async (_what, line, fate, stdout, end) => {
    const on = bench({ 1: fate });
    expect(await on.settle(ask(on, line))).toMatchObject({ exit: reset, stdout });
    while (on.kernel.step());
    expect(on.log.filter((each) => each.includes('ended')).map((each) => each.replace(/^\d+ /, ''))).toEqual(end);
    expect(on.ended).toEqual([`1 ${JSON.stringify(reset)}`]);
  });

  it('goes over a new connection after a loss', async () => {
    const on = bench({ 1: { lose: 'after' } });
    await on.settle(ask(on, 'exit 0'));
    expect(await on.settle(ask(on, 'exit 4'))).toMatchObject({ exit: { kind: 'code', code: 4 } });
  });

  it.each([
    ['read', read(['after 9000; print x'], { timeoutMs: 1000 }), 'ended PIPE'],
    ['write', write(['after 9000; print x'], { timeoutMs: 1000 }), 'ended 0'],
  ] as const)('at the deadline of a %s the exit is unknown', async (_what, command, end) => {
    const on = bench();
    const exit = unknown('no end within 1 s; it may still be running');
    expect(await on.settle(on.transport.run(node, command))).toMatchObject({ exit });
    while (on.kernel.step());
    expect(on.log.at(-1)).toContain(end);
  });
});

describe('a peer', () => {
  it('that freezes is noticed by the keepalive only, 15 to 20 s later', async () => {
    const on = bench();
    await on.settle(ask(on, 'exit 0'));
    const begun = on.since();
    const asked = ask(on, 'exit 0');
    on.network.link('w1').freeze();
    expect(await on.settle(asked)).toMatchObject({ exit: unknown('connection lost: Keepalive timeout') });
    expect(on.since() - begun).toBeGreaterThanOrEqual(15_000);
    expect(on.since() - begun).toBeLessThanOrEqual(20_010);
  });

  it('that freezes for a short time answers late', async () => {
    const on = bench();
    await on.settle(ask(on, 'exit 0'));
    const asked = ask(on, 'exit 7');
    on.network.link('w1').freeze();
    on.kernel.after(9000, () => on.network.link('w1').thaw());
    expect(await on.settle(asked)).toMatchObject({ exit: { kind: 'code', code: 7 } });
    expect(on.since()).toBeGreaterThan(9000);
  });

  it.each([
    ['frozen', (on: Bench) => on.network.link('w1').freeze(), 'w1:22 cannot be reached: timed out in the handshake'],
    ['down', (on: Bench) => on.power('down'), 'w1:22 cannot be reached: no route to host (EHOSTUNREACH)'],
  ])('that is %s cannot be connected to', async (_what, happen, message) => {
    const on = bench();
    happen(on);
    await expect(on.settle(ask(on, 'exit 0'))).rejects.toMatchObject({ kind: 'unreachable', message });
  });

  it('that was restarted disowns the connection', async () => {
    const on = bench();
    await on.settle(ask(on, 'exit 0'));
    const asked = ask(on, 'after 60000');
    on.kernel.after(1000, () => on.power('down'));
    on.kernel.after(4000, () => on.power('up'));
    expect(await on.settle(asked)).toMatchObject({ exit: reset });
    expect(on.since()).toBeLessThan(10_000);
  });
});

describe('a program', () => {
  it('that is killed hears of nothing; its command goes on', async () => {
    const on = bench();
    const asked = ask(on, 'after 500; exit 0');
    on.kernel.after(400, () => on.program.kill());
    expect(await on.settle(asked)).toBeUndefined();
    expect(on.log.at(-1)).toContain('ended 0');
  });

  it('that is stopped hears of it when it goes on', async () => {
    const on = bench();
    const asked = ask(on, 'exit 0');
    on.kernel.after(1, () => on.program.pause(90_000));
    expect(await on.settle(asked)).toMatchObject({ exit: { kind: 'code', code: 0 } });
    expect(on.since()).toBeGreaterThanOrEqual(90_001);
  });
});

it('files travel as commands', async () => {
  const on = bench();
  expect(await on.settle(on.transport.put(node, '/etc/x', 0o600, 'text ä'))).toMatchObject({
    stdout: '/etc/x 384 text ä',
  });
  const { WrittenText } = await import('../../../src/simulator/simulation/written-text.ts');
  const sink = new WrittenText();
  expect(await on.settle(on.transport.fetch(node, '/etc/x', sink))).toMatchObject({ exit: { kind: 'code', code: 0 } });
  expect(sink.text).toBe('/etc/x');
});
