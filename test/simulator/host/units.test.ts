import { describe, expect, it } from 'vitest';
import { quote } from '../../../src/commands/quote.ts';
import {
  followDetached,
  parseFollow,
  revokeDetached,
  startDetached,
  unitDirectory,
  type DetachedUnit,
} from '../../../src/commands/systemd-run.ts';
import type { Command } from '../../../src/model/command.ts';
import { powerOff, powerOn } from '../../../src/simulator/host/power.ts';
import { benchHost, byPerson, type Bench } from './bench-host.ts';

const unit: DetachedUnit = { run: 'r1', name: 'step-1' };
const service = 'nodeops-r1-step-1.service';

const command = (script: string): Command => ({
  argv: ['sh', '-c', script],
  effect: 'write',
  lifetime: 'detached',
  timeoutMs: 60_000,
  become: true,
});

const begin = (bench: Bench, script: string): ReturnType<Bench['run']> =>
  bench.run(quote(startDetached(unit, command(script)).argv));
const follow = (bench: Bench, offset = 0): { readonly out: string; readonly state: unknown } => {
  const { out, err } = bench.run(quote(followDetached(unit, offset, 5).argv));
  return { out, state: parseFollow(err) };
};
const inDirectory = (name: string): string => `${unitDirectory(unit)}/${name}`;

describe('a detached command on a simulated host', () => {
  it.each([
    ['that ends well', 'echo one; sleep 2; echo two', 'one\ntwo\n', { kind: 'ended', code: 0 }],
    ['that fails', 'echo one; exit 3', 'one\n', { kind: 'ended', code: 3 }],
    ['that goes on', 'echo one; sleep 60', 'one\n', { kind: 'running' }],
  ])('%s', (_name, script, out, state) => {
    const bench = benchHost();
    expect(begin(bench, script)).toEqual({ code: 0, out: '', err: '' });
    expect(follow(bench)).toEqual({ out, state });
  });

  it('is read on from the last byte', () => {
    const bench = benchHost();
    begin(bench, 'echo one; sleep 7; echo two');
    expect(follow(bench)).toEqual({ out: 'one\n', state: { kind: 'running' } });
    expect(follow(bench, 4)).toEqual({ out: 'two\n', state: { kind: 'ended', code: 0 } });
  });

  it('does not end with the channel that started it', () => {
    const bench = benchHost();
    const channel = bench.start(quote(startDetached(unit, command('sleep 3; echo done')).argv));
    channel.signal('KILL');
    bench.pass(5000);
    expect(follow(bench)).toEqual({ out: 'done\n', state: { kind: 'ended', code: 0 } });
  });

  it('is not started twice under its name', () => {
    const bench = benchHost();
    begin(bench, 'sleep 60');
    expect(begin(bench, 'sleep 60')).toEqual({
      code: 1,
      out: '',
      err: `Failed to start transient service unit: Unit ${service} was already loaded or has a fragment file.\n`,
    });
  });

  it('does not begin once it was revoked, and is not revoked once it has begun', () => {
    const revoked = benchHost();
    expect(revoked.run(quote(revokeDetached(unit).argv)).code).toBe(0);
    begin(revoked, 'echo late > /tmp/late');
    revoked.pass(1000);
    expect(revoked.host.files.stat('/tmp/late')).toBeUndefined();
    expect(revoked.host.units.get(service)).toMatchObject({ state: 'failed', result: 'exit-code', exitCode: 75 });
    const begun = benchHost();
    begin(begun, 'sleep 60');
    expect(begun.run(quote(revokeDetached(unit).argv)).code).toBe(75);
  });

  it.each([
    ['killed', (bench: Bench) => bench.host.units.get(service)?.kill('KILL', byPerson), 'failed', byPerson],
    ['stopped', (bench: Bench) => bench.run(`systemctl stop ${service}`), undefined, undefined],
  ] as const)('is lost when it is %s', (_name, end, state, actor) => {
    const bench = benchHost();
    begin(bench, 'echo one; sleep 60; echo two');
    end(bench);
    expect(follow(bench)).toEqual({ out: 'one\n', state: { kind: 'lost' } });
    expect(bench.host.units.get(service)?.state).toBe(state);
    expect(bench.host.files.stat(inDirectory('exit'))).toBeUndefined();
    const ended = bench.events.find(({ type }) => type === 'unit-ended');
    expect(ended).toMatchObject({ unit: 'nodeops-r1-step-1', ...(actor === undefined ? {} : { actor }) });
    expect(ended).not.toHaveProperty('code');
  });

  it('is killed when it does not stop in time', () => {
    const bench = benchHost();
    bench.run(
      "systemd-run --quiet --unit=stubborn --property=Type=exec --property=TimeoutStopSec=5 sh -c 'trap : TERM; while :; do sleep 1; done'",
    );
    const before = bench.kernel.now;
    expect(bench.run('systemctl stop stubborn').code).toBe(0);
    expect(bench.kernel.now - before).toBeGreaterThanOrEqual(5000);
    expect(bench.run('systemctl show -p Result,ActiveState,ExecMainCode,ExecMainStatus stubborn').out).toBe(
      'Result=timeout\nExecMainCode=2\nExecMainStatus=9\nActiveState=failed\n',
    );
    expect(bench.run('systemctl reset-failed stubborn; systemctl is-active stubborn')).toMatchObject({
      code: 3,
      out: 'inactive\n',
    });
  });
});

describe('a host that loses its power', () => {
  it('loses every process, lock and unit, and keeps its files', () => {
    const bench = benchHost();
    begin(bench, 'exec 9<>/tmp/lock; flock 9; echo one; sleep 60; echo two');
    let channelEnd: unknown;
    bench.start('sleep 60; echo after > /tmp/after', (end) => (channelEnd = end));
    bench.pass(1000);
    powerOff(bench.host, byPerson);
    bench.pass(20_000);
    expect(bench.host.units.has(service)).toBe(false);
    powerOn(bench.host, byPerson);
    bench.pass(60_000);
    expect(channelEnd).toEqual({ signal: 'KILL' });
    expect(bench.host.files.stat('/tmp/after')).toBeUndefined();
    expect(follow(bench)).toEqual({ out: 'one\n', state: { kind: 'rebooted' } });
    expect(bench.run('flock -n /tmp/lock true').code).toBe(0);
    expect(bench.run('systemctl is-active kubelet').out).toBe('active\n');
    const told = bench.events.filter(({ type }) => /^(host|unit|kubelet)-/.test(type)).map(({ type }) => type);
    expect(told).toEqual(['unit-started', 'unit-ended', 'kubelet-stopped', 'host-down', 'host-up', 'kubelet-started']);
  });

  it('has another boot identity after `systemctl reboot`', () => {
    const bench = benchHost();
    const ask = 'cat /proc/sys/kernel/random/boot_id /proc/1/stat; ls /run';
    bench.run('touch /run/reboot-required');
    const before = bench.run(ask).out;
    expect(bench.run('systemctl reboot').code).toBe(0);
    bench.pass(120_000);
    const after = bench.run(ask).out;
    expect(after.slice(0, 36)).not.toBe(before.slice(0, 36));
    expect(after.split('\n').slice(2)).toEqual(['containerd', '']);
  });
});

const flag = 'KUBELET_EXTRA_ARGS=--pod-infra-container-image=x\n';
const spoil = ({ host }: Bench): void => host.files.write('/etc/default/kubelet', flag, byPerson);
const ask = 'systemctl show -p ActiveState,SubState,Result,MainPID kubelet';

describe('the kubelet as a service', () => {
  const cases: readonly {
    readonly name: string;
    readonly line: string;
    readonly before?: (bench: Bench) => void;
    readonly code: number;
    readonly out: string | RegExp;
    readonly err?: RegExp;
  }[] = [
    { name: 'runs', line: 'systemctl is-active kubelet nosuch', code: 0, out: 'active\ninactive\n' },
    { name: 'is stopped', line: 'systemctl stop kubelet; systemctl is-active kubelet', code: 3, out: 'inactive\n' },
    {
      name: 'is restarted: another process',
      line: `a=$(systemctl show -p MainPID kubelet); systemctl restart kubelet; [ "$a" != "$(systemctl show -p MainPID kubelet)" ]`,
      code: 0,
      out: '',
    },
    {
      name: 'is restarted with a flag that it does not know: rc 0 all the same',
      before: spoil,
      line: 'systemctl restart kubelet',
      code: 0,
      out: '',
    },
    {
      name: 'is then started again and again',
      before: spoil,
      line: `systemctl restart kubelet; sleep 1; ${ask}`,
      code: 0,
      out: 'MainPID=0\nResult=exit-code\nActiveState=activating\nSubState=auto-restart\n',
    },
    {
      name: 'comes by itself once the flag is gone',
      before: spoil,
      line: `systemctl restart kubelet; sleep 1; echo KUBELET_EXTRA_ARGS= > /etc/default/kubelet; sleep 11; ${ask}`,
      code: 0,
      out: /^MainPID=\d+\nResult=success\nActiveState=active\nSubState=running\n$/,
    },
    {
      name: 'was killed: it comes again after 10 s',
      line: `systemctl kill -s KILL kubelet; ${ask}; sleep 11; systemctl is-active kubelet`,
      code: 0,
      out: 'MainPID=0\nResult=signal\nActiveState=activating\nSubState=auto-restart\nactive\n',
    },
    {
      name: 'has new files on disk',
      before: (bench) => bench.run('sleep 1; touch /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf'),
      line: 'systemctl show -p NeedDaemonReload kubelet; systemctl restart kubelet; systemctl daemon-reload; systemctl show -p NeedDaemonReload kubelet',
      code: 0,
      out: 'NeedDaemonReload=yes\nNeedDaemonReload=no\n',
      err: /^Warning: The unit file, source configuration file or drop-ins of kubelet\.service changed on disk\./,
    },
    {
      name: 'a unit that is not there',
      line: 'systemctl show -p LoadState,ActiveState,SubState,Result nosuch; systemctl restart nosuch',
      code: 5,
      out: 'Result=success\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n',
      err: /^Failed to restart nosuch\.service: Unit nosuch\.service not found\.\n$/,
    },
  ];

  it.each(cases)('$name', ({ line, before, code, out, err }) => {
    const bench = benchHost();
    before?.(bench);
    const ran = bench.run(line);
    expect(ran.code).toBe(code);
    const matched = typeof out === 'string' ? out : out.exec(ran.out)?.[0];
    expect(ran.out).toBe(matched);
    expect(ran.err).toMatch(err ?? /^$/);
  });

  it('runs the old binary until it is restarted', () => {
    const bench = benchHost();
    const { packages } = bench.host;
    packages.set('kubelet', { name: 'kubelet', version: '1.36.3-1.1', status: 'installed', held: true });
    const versions = 'kubelet --version; /proc/$(systemctl show --value -p MainPID kubelet)/exe --version';
    expect(bench.run(versions).out).toBe('Kubernetes v1.36.3\nKubernetes v1.35.4\n');
    bench.run('systemctl restart kubelet');
    expect(bench.run(versions).out).toBe('Kubernetes v1.36.3\nKubernetes v1.36.3\n');
  });
});
