import { mkdirSync, statSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detached, write } from '../../src/commands/build.ts';
import {
  busyCode,
  epochFile,
  fenced,
  fencedCode,
  hasBeaten,
  heartbeat,
  parseFenced,
  parseOwner,
  raiseEpoch,
  spoiltCode,
} from '../../src/commands/fence.ts';
import { quote } from '../../src/commands/quote.ts';
import { nodeDirectory, revokeDetached, startDetached, type DetachedUnit } from '../../src/commands/systemd-run.ts';
import { Sandbox } from './sandbox.ts';

const holder = 'ana@bastion:4242:0a1b2c3d4e5f-123456';
const raise = (epoch: number, run = `r${epoch}`) => raiseEpoch({ epoch, run, holder });
const owner = 'nodeops/epoch';

/** A node that a run of that epoch owns. */
const ownedNode = async (epoch: number): Promise<Sandbox> => {
  const sandbox = new Sandbox();
  expect(await sandbox.run(raise(epoch))).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  return sandbox;
};
/** Holds the lock of the epoch until `go` is written. */
const lasting = (sandbox: Sandbox, epoch: number) =>
  sandbox.start(
    fenced(
      write([
        'sh',
        '-c',
        `touch '${sandbox.path('begun')}'; until [ -e '${sandbox.path('go')}' ]; do sleep 0.02; done`,
      ]),
      epoch,
    ),
  );
const impatient = (sandbox: Sandbox): void =>
  // Every wait for the lock is bounded: one second here, so that a test can see the bound.
  sandbox.program('flock', 'exec /usr/bin/flock "$1" -w 1 "$4"');

describe('fenced', () => {
  it('is the command with its guard before it; all else stays', () => {
    const command = write(['cat', 'a b'], { stdin: 'x', env: { A: 'b' }, timeoutMs: 5000 });
    const guarded = fenced(command, 7);
    expect(guarded).toEqual({ ...command, argv: expect.any(Array), timeoutMs: 65_000 });
    expect(quote(guarded.argv)).toBe(
      `sh -c '${[
        `nodeops_refuse() { echo "nodeops-fenced $1" >&2; exit 76; }`,
        `[ -e /var/lib/nodeops/epoch ] && [ -e /var/lib/nodeops/epoch.lock ] || nodeops_refuse '\\''0 - - 0'\\''`,
        'exec 9< /var/lib/nodeops/epoch.lock',
        `flock -s -w 60 9 || nodeops_refuse '\\''- - - 0'\\''`,
        `{ read -r nodeops_epoch nodeops_rest < /var/lib/nodeops/epoch || [ -n "$nodeops_epoch" ]; } || nodeops_refuse '\\''0 - - 0'\\''`,
        `[ "$nodeops_epoch" = "$1" ] || nodeops_refuse "$nodeops_epoch $nodeops_rest"`,
        'shift',
        '"$@" 9<&-',
        'exit "$?"',
      ].join('\n')}' nodeops-fence 7 cat 'a b'`,
    );
  });

  it('keeps its file where the files of detached commands are', () => expect(dirname(epochFile)).toBe(nodeDirectory));

  it('runs while the node carries its epoch: input, output, environment and exit code pass through', async () => {
    const sandbox = await ownedNode(7);
    const command = write(['sh', '-c', 'cat; echo "$A" >&2; exit 3'], { stdin: 'in', env: { A: "b'c" } });
    expect(await sandbox.run(fenced(command, 7))).toEqual({ code: 3, signal: null, stdout: 'in', stderr: "b'c\n" });
  });

  it.each([
    ['an older epoch', 6, /^nodeops-fenced 7 r7 ana@bastion:4242:0a1b2c3d4e5f-123456 \d{10}\n$/],
    ['a newer one', 8, /^nodeops-fenced 7 r7 /],
  ])('does nothing with %s, and says who owns the node', async (_what, epoch, said) => {
    const sandbox = await ownedNode(7);
    const ended = await sandbox.run(fenced(write(['touch', sandbox.path('done')]), epoch));
    expect([ended.code, sandbox.has('done')]).toEqual([fencedCode, false]);
    expect(ended.stderr).toMatch(said);
  });

  it('does nothing on a node that nobody ever owned', async () => {
    const sandbox = new Sandbox();
    const ended = await sandbox.run(fenced(write(['touch', sandbox.path('done')]), 1));
    expect([ended.code, ended.stderr, sandbox.has('done')]).toEqual([fencedCode, 'nodeops-fenced 0 - - 0\n', false]);
  });

  it('does nothing where the file is empty', async () => {
    const sandbox = await ownedNode(7);
    sandbox.write(owner, '');
    expect((await sandbox.run(fenced(write(['true']), 7))).code).toBe(fencedCode);
  });

  it('does not run while a takeover has the lock, and does not wait for ever', async () => {
    const sandbox = await ownedNode(7);
    impatient(sandbox);
    const taking = sandbox.start(
      write(['/usr/bin/flock', '-x', sandbox.path('nodeops/epoch.lock'), 'sh', '-c', 'touch begun; sleep 4']),
    );
    await sandbox.appears('begun');
    const ended = await sandbox.run(fenced(write(['touch', sandbox.path('done')]), 7));
    taking.kill('SIGKILL');
    expect([ended.code, ended.stderr, sandbox.has('done')]).toEqual([fencedCode, 'nodeops-fenced - - - 0\n', false]);
  });

  it('does not hand the lock on: what it leaves running keeps nobody out', async () => {
    const sandbox = await ownedNode(7);
    await sandbox.run(fenced(write(['sh', '-c', 'sleep 5 >/dev/null 2>&1 </dev/null &']), 7));
    impatient(sandbox);
    expect((await sandbox.run(raise(8))).code).toBe(0);
  });

  it('two of one epoch run side by side', async () => {
    const sandbox = await ownedNode(7);
    const first = lasting(sandbox, 7);
    await sandbox.appears('begun');
    expect((await sandbox.run(fenced(write(['echo', 'second']), 7))).stdout).toBe('second\n');
    sandbox.write('go', '');
    expect((await first.ended).code).toBe(0);
  });
});

describe('raiseEpoch', () => {
  it('writes who owns the node, for root only, and since when', async () => {
    const sandbox = await ownedNode(7);
    expect(sandbox.read(owner)).toMatch(/^7 r7 ana@bastion:4242:0a1b2c3d4e5f-123456 \d{10}\n$/);
    const mode = (name: string): string => (statSync(sandbox.path(name)).mode & 0o777).toString(8);
    expect([mode('nodeops'), mode(owner)]).toEqual(['700', '600']);
    expect(sandbox.has('nodeops/epoch.new')).toBe(false);
  });

  it('is a write with time to wait for what is under way', () => {
    expect(raise(7)).toMatchObject({ effect: 'write', lifetime: 'attached', timeoutMs: 180_000, become: true });
  });

  it.each([
    ['higher: taken', 8, 0, 8],
    ['as high, of another run: not taken', 7, fencedCode, 7],
    ['lower: not taken', 6, fencedCode, 7],
  ])('%s', async (_what, epoch, code, left) => {
    const sandbox = await ownedNode(7);
    const ended = await sandbox.run(raise(epoch, 'other'));
    expect(ended.code).toBe(code);
    expect(parseOwner(sandbox.read(owner))?.epoch).toBe(left);
    const refusal = { epoch: 7, run: 'r7', holder, since: parseOwner(sandbox.read(owner))?.since };
    expect(parseFenced(ended.stderr)).toEqual(code === 0 ? undefined : refusal);
  });

  it('keeps what the run was asked for in a second line, which decides nothing', async () => {
    const sandbox = new Sandbox();
    const wish = JSON.stringify({ playbook: `it's "x" \\n $(touch done) %s` });
    const own = raiseEpoch({ epoch: 7, run: 'r7', holder, wish });
    expect([(await sandbox.run(own)).code, (await sandbox.run(own)).code]).toEqual([0, 0]);
    const [line = '', ...rest] = sandbox.read(owner).split('\n');
    expect([parseOwner(line)?.epoch, rest, sandbox.has('done')]).toEqual([7, [wish, ''], false]);
    expect((await sandbox.run(fenced(write(['true']), 7))).code).toBe(0);
    expect((await sandbox.run(heartbeat(7, undefined))).code).toBe(0);
    const refused = await sandbox.run(raise(7, 'other'));
    expect(parseFenced(refused.stderr)).toMatchObject({ epoch: 7, run: 'r7', holder });
    expect((await sandbox.run(raise(8))).code).toBe(0);
    expect(sandbox.read(owner).split('\n')).toHaveLength(2);
  });

  it('may be repeated by the same run: an answer that was lost changes nothing', async () => {
    const sandbox = await ownedNode(7);
    expect((await sandbox.run(raise(7))).code).toBe(0);
  });

  it.each(['', '\n'])('a file that holds %j counts as never owned', async (text) => {
    const sandbox = await ownedNode(7);
    sandbox.write(owner, text);
    expect((await sandbox.run(raise(1))).code).toBe(text === '' ? 0 : spoiltCode);
  });

  it('a line without its end is read', async () => {
    const sandbox = await ownedNode(7);
    sandbox.write(owner, `9 r9 ${holder} 1`);
    expect((await sandbox.run(raise(8))).code).toBe(fencedCode);
  });

  it('leaves alone what is not ours', async () => {
    const sandbox = await ownedNode(7);
    sandbox.write(owner, 'hello world\n');
    const ended = await sandbox.run(raise(8));
    expect([ended.code, sandbox.read(owner)]).toEqual([spoiltCode, 'hello world\n']);
    expect(ended.stderr).toContain('cannot be understood: hello world');
  });

  it('waits for a write that is under way; afterwards the former owner is refused', async () => {
    const sandbox = await ownedNode(7);
    const writing = lasting(sandbox, 7);
    await sandbox.appears('begun');
    const raising = sandbox.start(raise(8));
    let raised = false;
    const done = raising.ended.then((ended) => {
      raised = true;
      return ended;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([raised, parseOwner(sandbox.read(owner))?.epoch]).toEqual([false, 7]);
    sandbox.write('go', '');
    expect([(await writing.ended).code, (await done).code]).toEqual([0, 0]);
    expect((await sandbox.run(fenced(write(['true']), 7))).code).toBe(fencedCode);
    expect((await sandbox.run(fenced(write(['true']), 8))).code).toBe(0);
  });

  it('does not wait for ever, and changes nothing then', async () => {
    const sandbox = await ownedNode(7);
    const writing = lasting(sandbox, 7);
    await sandbox.appears('begun');
    impatient(sandbox);
    const ended = await sandbox.run(raise(8));
    expect([ended.code, parseOwner(sandbox.read(owner))?.epoch]).toEqual([busyCode, 7]);
    expect(ended.stderr).toBe('a command of the former owner still holds the lock\n');
    sandbox.write('go', '');
    await writing.ended;
  });

  it('of ten at once with the same epoch one becomes the owner', async () => {
    const sandbox = await ownedNode(7);
    const names = Array.from({ length: 10 }, (_, index) => `racer${index}`);
    const ends = await Promise.all(names.map((name) => sandbox.run(raise(8, name))));
    const winners = names.filter((_name, index) => ends[index]?.code === 0);
    expect(winners).toEqual([parseOwner(sandbox.read(owner))?.run]);
    expect(ends.filter(({ code }) => code === fencedCode).length).toBe(9);
  });
});

describe('heartbeat', () => {
  const then = write(['sh', '-c', 'echo then; exit 4']);

  it('touches the file, and goes on with its command', async () => {
    const sandbox = await ownedNode(7);
    utimesSync(sandbox.path(owner), 1, 1);
    const ended = await sandbox.run(heartbeat(7, then));
    expect([ended.code, ended.stdout]).toEqual([4, 'nodeops-beat\nthen\n']);
    expect(statSync(sandbox.path(owner)).mtimeMs).toBeGreaterThan(1e12);
    expect(hasBeaten(ended.stdout)).toBe(true);
  });

  it('alone where there is no API server to ask', async () => {
    const sandbox = await ownedNode(7);
    expect(await sandbox.run(heartbeat(7, undefined))).toMatchObject({ code: 0, stdout: 'nodeops-beat\n' });
  });

  it('does nothing once the node is somebody else’s', async () => {
    const sandbox = await ownedNode(8);
    utimesSync(sandbox.path(owner), 1, 1);
    const ended = await sandbox.run(heartbeat(7, then));
    expect([ended.code, ended.stdout]).toEqual([fencedCode, '']);
    expect(statSync(sandbox.path(owner)).mtimeMs).toBe(1000);
    expect(hasBeaten(ended.stdout)).toBe(false);
  });

  it('lets go of the lock before its command runs: a takeover need not wait for an API server that hangs', async () => {
    const sandbox = await ownedNode(7);
    const hanging = sandbox.start(heartbeat(7, write(['sh', '-c', `touch '${sandbox.path('begun')}'; sleep 5`])));
    await sandbox.appears('begun');
    impatient(sandbox);
    expect((await sandbox.run(raise(8))).code).toBe(0);
    hanging.kill('SIGKILL');
    await hanging.ended;
  });
});

/** A host whose systemd-run runs what it is given, at once and to its end. */
const host = async (epoch: number): Promise<Sandbox> => {
  const sandbox = await ownedNode(epoch);
  sandbox.program('sync');
  sandbox.program('systemd-run', 'for word; do :; done; "$word"; exit 0');
  return sandbox;
};

describe('a detached command of a run', () => {
  const unit: DetachedUnit = { run: 'r7', name: 'install-1' };
  const place = 'nodeops/r7/install-1';
  it('is started and begins under its epoch, without the lock', async () => {
    const sandbox = await host(7);
    const command = detached(['sh', '-c', `/usr/bin/flock -x -n '${sandbox.path('nodeops/epoch.lock')}' echo free`]);
    sandbox.program('systemd-run', `for word; do :; done; "$word" 9<&- & echo $! > '${sandbox.path('pid')}'`);
    const ended = await sandbox.run(fenced(startDetached(unit, command, 7), 7));
    expect(ended.code).toBe(0);
    await sandbox.appears(`${place}/exit`);
    expect([sandbox.read(`${place}/output`), sandbox.read(`${place}/exit`)]).toEqual(['free\n', '0\n']);
    expect(sandbox.read(`${place}/started`)).toMatch(/^\d{10}\n$/);
  });

  it('is not even prepared once the node is somebody else’s', async () => {
    const sandbox = await host(8);
    const ended = await sandbox.run(fenced(startDetached(unit, detached(['true']), 7), 7));
    expect([ended.code, sandbox.has(place), sandbox.calls]).toEqual([fencedCode, false, []]);
  });

  it('whose start was overtaken does nothing, and leaves why', async () => {
    const sandbox = await host(7);
    sandbox.program('systemd-run', `for word; do :; done; echo "$word" > '${sandbox.path('unit')}'`);
    await sandbox.run(fenced(startDetached(unit, detached(['touch', sandbox.path('done')]), 7), 7));
    await sandbox.run(raise(8));
    const late = await sandbox.run(write([sandbox.read('unit').trim()]));
    expect([late.code, sandbox.has('done'), sandbox.has(`${place}/started`)]).toEqual([fencedCode, false, false]);
    expect(sandbox.read(`${place}/exit`)).toBe('76\n');
    expect(parseFenced(sandbox.read(`${place}/output`))).toMatchObject({ epoch: 8, run: 'r8' });
  });

  it('that has begun is left alone by a second start, whoever owns the node by then', async () => {
    const sandbox = await host(7);
    sandbox.program('systemd-run', `for word; do :; done; echo "$word" > '${sandbox.path('unit')}'`);
    await sandbox.run(fenced(startDetached(unit, detached(['true']), 7), 7));
    sandbox.write(`${place}/started`, '1\n');
    await sandbox.run(raise(8));
    await sandbox.run(write([sandbox.read('unit').trim()]));
    expect(sandbox.has(`${place}/exit`)).toBe(false);
  });

  it('is not revoked by a run that lost the node', async () => {
    const sandbox = await host(8);
    mkdirSync(sandbox.path(place), { recursive: true });
    expect((await sandbox.run(fenced(revokeDetached(unit), 7))).code).toBe(fencedCode);
    expect(sandbox.has(`${place}/started`)).toBe(false);
  });
});

describe('what a node says of its owner', () => {
  it.each([
    ['7 r7 ana@bastion:1:a-1 1795254000\n', { epoch: 7, run: 'r7', holder: 'ana@bastion:1:a-1', since: 1_795_254_000 }],
    ['7 r7 ana', undefined],
    ['x r7 ana 1', undefined],
    ['7 r 7 ana 1', undefined],
    ['99999999999 r7 ana 1', undefined],
    ['', undefined],
  ])('%j', (line, read) => expect(parseOwner(line)).toEqual(read));

  it.each([
    ['nodeops-fenced 8 r8 ana 5\n', { epoch: 8, run: 'r8', holder: 'ana', since: 5 }],
    ['warning\nnodeops-fenced 8 r8 ana 5\n', { epoch: 8, run: 'r8', holder: 'ana', since: 5 }],
    ['nodeops-fenced 0 - - 0\n', { epoch: 0, run: '-', holder: '-', since: 0 }],
    ['nodeops-fenced - - - 0\n', 'unknown'],
    ['nodeops-fenced \n', 'unknown'],
    ['not nodeops-fenced\n', undefined],
    ['', undefined],
  ])('%j', (said, read) => expect(parseFenced(said)).toEqual(read));
});
