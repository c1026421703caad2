import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { detached } from '../../src/commands/build.ts';
import {
  followDetached,
  parseFollow,
  revokeDetached,
  startDetached,
  unitDirectory,
  unitName,
  type DetachedUnit,
} from '../../src/commands/systemd-run.ts';
import { Sandbox } from './sandbox.ts';

const unit: DetachedUnit = { run: 'r1', name: 'apply-upgrade-1' };
const place = 'nodeops/r1/apply-upgrade-1';

/** A host whose systemd-run runs what it is given, at once and to its end. */
const host = (): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program('systemd-run', 'for word; do :; done; "$word"; exit 0');
  // The file system of a test need not be synced, and not every stat is GNU's.
  sandbox.program('sync');
  return sandbox;
};

const start = (sandbox: Sandbox, argv: readonly string[], options: Parameters<typeof detached>[1] = {}) =>
  sandbox.run(startDetached(unit, detached(argv, options)));

describe('a detached command', () => {
  it('has its directory and its unit named after the run and the step', () => {
    expect(unitDirectory(unit)).toBe('/var/lib/nodeops/r1/apply-upgrade-1');
    expect(unitName(unit)).toBe('nodeops-r1-apply-upgrade-1');
  });

  it('is started by a short write, as a transient unit', async () => {
    const command = startDetached(unit, detached(['true']));
    expect(command).toMatchObject({ effect: 'write', lifetime: 'attached', become: true, timeoutMs: 60_000 });
    const sandbox = host();
    expect(await sandbox.run(command)).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(sandbox.calls).toEqual([
      `systemd-run --quiet --unit=nodeops-r1-apply-upgrade-1 --description=nodeops --property=Type=exec ${sandbox.path(place)}/script`,
      'sync -f boot',
    ]);
  });

  it.each([0, 1, 3, 137])('leaves the exit code %i, and when it began and ended', async (code) => {
    const sandbox = host();
    await start(sandbox, ['sh', '-c', `echo out; echo err >&2; exit ${code}`]);
    expect(sandbox.read(`${place}/exit`)).toBe(`${code}\n`);
    expect(sandbox.read(`${place}/output`)).toBe('out\nerr\n');
    expect(sandbox.read(`${place}/started`)).toMatch(/^\d{10}\n$/);
    expect(sandbox.read(`${place}/finished`)).toMatch(/^\d{10}\n$/);
    expect(sandbox.has(`${place}/exit.new`)).toBe(false);
  });

  it('leaves what was typed', async () => {
    const sandbox = host();
    await start(sandbox, ['/no/such/kubeadm', 'upgrade', 'apply', 'v1.36.3', '--config=/a b']);
    expect(sandbox.read(`${place}/line`)).toBe("/no/such/kubeadm upgrade apply v1.36.3 '--config=/a b'");
    expect(sandbox.read(`${place}/exit`)).toBe('127\n');
  });

  it('leaves which boot it was started in, before it begins', async () => {
    const sandbox = host();
    await start(sandbox, ['cat', sandbox.path(place, 'boot')]);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    expect(sandbox.read(`${place}/boot`)).toMatch(new RegExp(`^${boot} \\d+\n$`));
    expect(sandbox.read(`${place}/output`)).toBe(sandbox.read(`${place}/boot`));
  });

  it.each([
    [{ ...unit, version: '1.36.3' }, '1.36.3\n'],
    [unit, undefined],
  ])('leaves the version that its step leads to, where there is one', async (which, written) => {
    const sandbox = host();
    await sandbox.run(startDetached(which, detached(['true'])));
    expect(sandbox.has(`${place}/for`) ? sandbox.read(`${place}/for`) : undefined).toBe(written);
  });

  it('hands standard input on, and otherwise nothing', async () => {
    const fed = host();
    await start(fed, ['cat'], { stdin: "a secret with 'quotes'\nand €\n", secret: true });
    expect(Buffer.from(fed.read(`${place}/output`), 'latin1').toString('utf8')).toBe("a secret with 'quotes'\nand €\n");
    expect(fed.read(`${place}/script`) + fed.read(`${place}/line`) + fed.calls.join('')).not.toContain('secret');
    const unfed = host();
    await start(unfed, ['cat']);
    expect([unfed.read(`${place}/output`), unfed.read(`${place}/exit`)]).toEqual(['', '0\n']);
  });

  it('finds a home, a path and its own environment, and stands in /', async () => {
    const sandbox = host();
    await start(sandbox, ['sh', '-c', 'echo "$HOME|$LC_ALL|$https_proxy|$PWD|$PATH"'], {
      env: { https_proxy: "http://it's $HOME" },
    });
    expect(sandbox.read(`${place}/output`)).toBe(
      "/root|C.UTF-8|http://it's $HOME|/|/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n",
    );
  });

  it('keeps its files to root', async () => {
    const sandbox = host();
    await start(sandbox, ['true'], { stdin: 'x' });
    const mode = (name: string): string => (statSync(sandbox.path(name)).mode & 0o777).toString(8);
    expect(['', '/input', '/output', '/line', '/script'].map((name) => mode(place + name))).toEqual([
      '700',
      '600',
      '600',
      '600',
      '700',
    ]);
  });

  it('runs once: a second start of the same one ends with 75 and touches nothing', async () => {
    const sandbox = host();
    sandbox.program('systemd-run', `for word; do :; done; "$word"; echo $? >> '${sandbox.path('codes')}'`);
    await start(sandbox, ['sh', '-c', 'echo first']);
    await start(sandbox, ['sh', '-c', 'echo second']);
    expect(sandbox.read('codes')).toBe('0\n75\n');
    expect(sandbox.read(`${place}/output`)).toBe('first\n');
    expect(sandbox.read(`${place}/exit`)).toBe('0\n');
  });

  it('fails where systemd refuses the unit', async () => {
    const sandbox = host();
    sandbox.program('systemd-run', 'echo "Failed to start transient service unit" >&2; exit 1');
    expect(await start(sandbox, ['true'])).toMatchObject({
      code: 1,
      stderr: 'Failed to start transient service unit\n',
    });
    expect(sandbox.has(`${place}/started`)).toBe(false);
  });
});

describe('revokeDetached', () => {
  it('takes the mutex, so that a start that arrives late runs nothing', async () => {
    const sandbox = host();
    sandbox.program('systemd-run', `for word; do :; done; "$word"; echo $? >> '${sandbox.path('codes')}'`);
    expect(await sandbox.run(revokeDetached(unit))).toMatchObject({ code: 0 });
    await start(sandbox, ['sh', '-c', 'echo late']);
    expect([sandbox.read('codes'), sandbox.read(`${place}/output`)]).toEqual(['75\n', '']);
    expect(sandbox.read(`${place}/exit`)).toBe('75\n');
  });

  it('says 75 of what has begun, and leaves it alone', async () => {
    const sandbox = host();
    await start(sandbox, ['sh', '-c', 'echo begun']);
    expect(await sandbox.run(revokeDetached(unit))).toMatchObject({ code: 75 });
    expect([sandbox.read(`${place}/exit`), sandbox.read(`${place}/output`)]).toEqual(['0\n', 'begun\n']);
  });

  it('is a write: it keeps something from happening', () => {
    expect(revokeDetached(unit)).toMatchObject({ effect: 'write', lifetime: 'attached' });
  });
});

/** Source: proc(5), field 22 of the stat of process 1; read here without the shell that is tested. */
const thisBoot = (): string => {
  const stat = readFileSync('/proc/1/stat', 'utf8');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}\n`;
};

/** A node where a unit has left these files; `active` is what systemctl says. */
const nodeWith = (files: Readonly<Record<string, string>>, active: boolean): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', active ? 'echo active' : 'echo inactive; exit 3');
  mkdirSync(sandbox.path(place), { recursive: true });
  for (const [name, text] of Object.entries(files)) sandbox.write(`${place}/${name}`, text);
  return sandbox;
};

describe('followDetached', () => {
  it('reads and changes nothing', () => {
    expect(followDetached(unit, 0, 30)).toMatchObject({ effect: 'read', lifetime: 'attached', timeoutMs: 60_000 });
  });

  it.each([
    ['all of it', 0, 'one\ntwo\n'],
    ['on from a byte', 4, 'two\n'],
    ['nothing more', 8, ''],
    ['nothing beyond the end', 100, ''],
  ])('prints of what ended: %s', async (_what, offset, stdout) => {
    const sandbox = nodeWith({ output: 'one\ntwo\n', started: '1\n', exit: '3\n' }, false);
    const ended = await sandbox.run(followDetached(unit, offset, 30));
    expect(ended).toMatchObject({ code: 0, stdout });
    expect(parseFollow(ended.stderr)).toEqual({ kind: 'ended', code: 3 });
  });

  it('counts bytes, not letters', async () => {
    const sandbox = nodeWith({ output: '€uro\n', started: '1\n', exit: '0\n' }, false);
    const { stdout } = await sandbox.run(followDetached(unit, 2, 30));
    expect(Buffer.from(stdout, 'latin1')).toEqual(Buffer.from('€uro\n').subarray(2));
  });

  it.each([
    ['started, not active, no exit code: lost', { output: 'x', started: '1\n' }, false, { kind: 'lost' }],
    [
      'and the node runs another boot: restarted while it ran',
      { output: 'x', started: '1\n', boot: 'an-earlier-boot 1\n' },
      false,
      { kind: 'rebooted' },
    ],
    ['and it is the same boot: killed', { output: 'x', started: '1\n', boot: thisBoot() }, false, { kind: 'lost' }],
    [
      'and the power went before its boot was written',
      { output: '', started: '1\n', boot: '' },
      false,
      { kind: 'lost' },
    ],
    ['not started and not active', { output: '' }, false, { kind: 'never-started' }],
    ['not even a file', {}, false, { kind: 'never-started' }],
    [
      'an exit code counts, whatever systemd says',
      { output: '', started: '1\n', exit: '0\n' },
      true,
      { kind: 'ended', code: 0 },
    ],
    ['active, when its time is over', { output: 'x', started: '1\n' }, true, { kind: 'running' }],
  ] as const)('%s', async (_what, files, active, state) => {
    const sandbox = nodeWith(files, active);
    const ended = await sandbox.run(followDetached(unit, 0, 0));
    expect(ended.code).toBe(0);
    expect(parseFollow(ended.stderr)).toEqual(state);
  });

  it('a systemctl that could not ask does not pass for a unit that is gone', async () => {
    const sandbox = nodeWith({ output: 'x', started: '1\n' }, true);
    sandbox.program('systemctl', 'echo "Failed to connect to bus: Connection refused" >&2; exit 1');
    const ended = await sandbox.run(followDetached(unit, 0, 0));
    expect(parseFollow(ended.stderr)).toEqual({ kind: 'running' });
  });

  it('a unit that has no directory was never started', async () => {
    const sandbox = new Sandbox();
    expect(parseFollow((await sandbox.run(followDetached(unit, 0, 30))).stderr)).toEqual({ kind: 'never-started' });
  });

  it('prints what comes while it looks, each byte once, and ends with it', async () => {
    const sandbox = nodeWith({ output: 'one\n', started: '1\n' }, true);
    const file = sandbox.path(place, 'output');
    const following = sandbox.start(followDetached(unit, 0, 60));
    await sandbox.appears('calls');
    sandbox.write(`${place}/output`, `${readFileSync(file, 'utf8')}two\n`);
    sandbox.write(`${place}/exit`, '0\n');
    const ended = await following.ended;
    expect(ended.stdout).toBe('one\ntwo\n');
    expect(parseFollow(ended.stderr)).toEqual({ kind: 'ended', code: 0 });
  });

  it('notices while it looks that the unit has died', async () => {
    const sandbox = nodeWith({ output: '', started: '1\n' }, true);
    sandbox.program('systemctl', `[ ! -e '${sandbox.path('dead')}' ] && echo active || { echo failed; exit 3; }`);
    const following = sandbox.start(followDetached(unit, 0, 60));
    await sandbox.appears('calls');
    sandbox.write('dead', '');
    expect(parseFollow((await following.ended).stderr)).toEqual({ kind: 'lost' });
  });

  it('follows a command that runs, from its start to its end', async () => {
    const sandbox = host();
    sandbox.program('systemctl', 'echo active');
    sandbox.program('systemd-run', 'for word; do :; done; "$word" < /dev/null > /dev/null 2>&1 &');
    const go = sandbox.path('go');
    await start(sandbox, ['sh', '-c', `echo begun; until [ -e '${go}' ]; do sleep 0.05; done; echo ended; exit 4`]);
    // On a busy machine its first line may take longer than it is followed.
    await vi.waitUntil(() => sandbox.has(`${place}/output`) && sandbox.read(`${place}/output`) !== '', 10_000);
    const first = await sandbox.run(followDetached(unit, 0, 1));
    expect([first.stdout, parseFollow(first.stderr)]).toEqual(['begun\n', { kind: 'running' }]);
    sandbox.write('go', '');
    const second = await sandbox.run(followDetached(unit, first.stdout.length, 60));
    expect([second.stdout, parseFollow(second.stderr)]).toEqual(['ended\n', { kind: 'ended', code: 4 }]);
    await vi.waitUntil(() => sandbox.has(`${place}/exit`));
  });
});

describe('parseFollow', () => {
  it.each([
    ['nodeops-follow ended 0\n', { kind: 'ended', code: 0 }],
    ['nodeops-follow ended 137\n', { kind: 'ended', code: 137 }],
    ['nodeops-follow running \n', { kind: 'running' }],
    ['nodeops-follow rebooted \n', { kind: 'rebooted' }],
    ['nodeops-follow lost \n', { kind: 'lost' }],
    ['nodeops-follow never-started\n', { kind: 'never-started' }],
    ['stat: cannot stat output\nnodeops-follow lost \n', { kind: 'lost' }],
    ['nodeops-follow running \nnodeops-follow ended 2\n', { kind: 'ended', code: 2 }],
    ['nodeops-follow ended \n', undefined],
    ['nodeops-follow end', undefined],
    ['nodeops-follow', undefined],
    ['nodeops-follow ended 1\nConnection closed\n', undefined],
    ['', undefined],
  ])('%j', (stderr, state) => expect(parseFollow(stderr)).toEqual(state));
});
