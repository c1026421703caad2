import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quote } from '../../../src/commands/quote.ts';
import { restartNode } from '../../../src/commands/systemctl.ts';
import { simulateUpgrade, upgradePackages } from '../../../src/commands/os-updates.ts';
import { nodeRestart } from '../../../src/facts/node-marks.ts';
import { machineStart } from '../../../src/facts/machine-start.ts';
import { rebootRequired } from '../../../src/facts/reboot-required.ts';
import type { Fact } from '../../../src/facts/fact.ts';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { debianArchives, layOperatingSystem, type System } from '../../../src/simulator/host/operating-system.ts';
import { powerOff } from '../../../src/simulator/host/power.ts';
import { benchHost, byPerson, type Bench } from './bench-host.ts';

const all = ['containerd', 'curl', 'libc6', 'libssl3', 'linux-image-amd64', 'openssl', 'tzdata'];

const benchWith = (change: Partial<System> = {}): Bench => {
  const bench = benchHost(1, debianArchives);
  layOperatingSystem(bench.host, {
    outdated: new Set(all),
    held: new Set(['curl']),
    unheld: new Set(),
    hasNeedrestart: false,
    hasOldLists: false,
    awaitsRestart: false,
    ...change,
  });
  return bench;
};

const pin = (...names: readonly string[]): string =>
  names.map((name) => `Package: ${name}\nPin: release *\nPin-Priority: -1\n`).join('\n');

/** What apt 2.6.2 of Debian 12 said of the same packages in a private root, where it has no extended states to read. */
const real = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, `recorded/apt-upgrade-${name}.txt`), 'utf8').split('\n');

const simulated = (bench: Bench): readonly string[] =>
  bench
    .run('apt-get -s upgrade --with-new-pkgs -o Debug::NoLocking=true')
    .out.split('\n')
    .filter((line) => line !== 'Reading state information...');

const spoil = ({ host }: Bench, name: string, change: object): void => {
  Object.assign(host.packages.get(name) ?? {}, change);
};

describe('apt-get -s upgrade says what the real one said', () => {
  it.each([
    ['plain', () => undefined],
    [
      'pinned',
      (bench: Bench) => bench.host.files.write('/etc/apt/preferences', pin('libssl3', 'linux-image-amd64'), byPerson),
    ],
    [
      'new-one-pinned',
      (bench: Bench) => bench.host.files.write('/etc/apt/preferences', pin('linux-image-6.1.0-41-amd64'), byPerson),
    ],
    ['half-installed', (bench: Bench) => spoil(bench, 'containerd', { status: 'half-installed' })],
  ] as const)('%s', (name, before) => {
    const bench = benchWith();
    before(bench);
    expect(simulated(bench)).toEqual(real(name));
  });

  it('unfinished, in whichever order', () => {
    const bench = benchWith();
    spoil(bench, 'containerd', { version: '1.6.20~ds1-1+deb12u6', status: 'unpacked' });
    spoil(bench, 'tzdata', { status: 'half-configured' });
    expect(simulated(bench).toSorted()).toEqual(real('unfinished').toSorted());
  });

  it('and knows no other pin', () => {
    const bench = benchWith();
    bench.host.files.write('/etc/apt/preferences.d/mine', 'Package: *\nPin: origin x\nPin-Priority: 900\n', byPerson);
    expect(() => simulated(bench)).toThrow(SimulatorGap);
  });
});

const versions = ({ host }: Bench): Record<string, string> =>
  Object.fromEntries([...host.packages.values()].map(({ name, version }) => [name, version]));
const choice = { kept: ['kubeadm', 'kubelet'], securityOnly: false };
const ask = <T>(bench: Bench, fact: Fact<T>): unknown => {
  if (fact.source.kind !== 'command') throw new TypeError(`${fact.id} is not asked of a node`);
  const { out, err, code } = bench.run(quote(fact.source.command({ node: 'w1', apiServer: '' }).argv));
  return fact.source.parse({ stdout: out, stderr: err, code: Number(code) });
};

describe('an os-patch', () => {
  it('brings what is new, and leaves what is held, pinned or not of security', () => {
    const bench = benchWith({ notes: 'unattended-upgrades' });
    const before = versions(bench);
    const security = { kept: ['libssl3'], securityOnly: true };
    const { out } = bench.run(quote(simulateUpgrade(security).argv));
    const { code, err } = bench.run(`export NEEDRESTART_SUSPEND=1; ${quote(upgradePackages(security, 5).argv)}`);
    expect({ code, err: err.replace(/debconf: .*\n/, '') }).toEqual({ code: 0, err: '' });
    const changed = Object.entries(versions(bench)).flatMap(([name, version]) =>
      before[name] === version ? [] : [name],
    );
    expect(changed.toSorted()).toEqual(['libc6', 'linux-image-6.1.0-41-amd64', 'linux-image-amd64']);
    expect(out.match(/^Inst \S+/gm)?.toSorted()).toEqual(changed.map((name) => `Inst ${name}`).toSorted());
    expect(bench.run('ls /tmp').out).toBe('');
    expect(ask(bench, rebootRequired)).toEqual({
      value: { required: true, packages: ['linux-image-6.1.0-41-amd64'], newerKernel: '6.1.0-41-amd64' },
    });
  });

  it.each([
    ['is told not to', 'export NEEDRESTART_SUSPEND=1; ', 0],
    ['is not told', '', 1],
  ])('restarts the kubelet where needrestart %s', (_what, start, times) => {
    const bench = benchWith({ hasNeedrestart: true });
    bench.run(`${start}${quote(upgradePackages(choice, 5).argv)}`);
    expect(bench.events.filter(({ type }) => type === 'kubelet-stopped')).toHaveLength(times);
  });

  it('refuses to change what is held', () => {
    const bench = benchWith();
    const line = 'apt-get upgrade -y -qq --with-new-pkgs --ignore-hold';
    expect(bench.run(line)).toMatchObject({
      code: 100,
      err: expect.stringContaining('Held packages were changed') as unknown,
    });
    expect(bench.run(`${line} --allow-change-held-packages`).code).toBe(0);
    expect(versions(bench)['curl']).toBe('7.88.1-10+deb12u14');
  });
});

describe('a restart', () => {
  it('is remembered by the node, runs the newest kernel, and leaves nothing that asks for one', () => {
    const bench = benchWith({ notes: 'unattended-upgrades' });
    bench.run(quote(upgradePackages(choice, 5).argv));
    const begun = bench.kernel.now;
    expect(ask(bench, nodeRestart('m1'))).toEqual({ value: { kind: 'not-asked' } });
    expect(bench.run(quote(restartNode('m1').argv)).code).toBe(0);
    expect(ask(bench, nodeRestart('m1'))).toEqual({ value: { kind: 'asked', secondsAgo: 0 } });
    bench.pass(120_000);
    expect(ask(bench, nodeRestart('m1'))).toEqual({ value: { kind: 'done' } });
    expect(ask(bench, rebootRequired)).toEqual({ value: { required: false, packages: [] } });
    expect(bench.run('uname -r').out).toBe('6.1.0-41-amd64\n');
    const { at } = bench.host.boot;
    expect(at).toBeGreaterThan(begun);
    expect(ask(bench, machineStart)).toEqual({
      value: expect.toSatisfy((start: number) => at - start >= 0 && at - start < 1000) as unknown,
    });
  });

  it('does not come back while the plug is pulled', () => {
    const bench = benchWith();
    bench.run('systemctl reboot');
    bench.pass(7000);
    expect(bench.host.power).toBe('down');
    powerOff(bench.host, byPerson);
    bench.pass(600_000);
    expect(bench.host.power).toBe('down');
  });

  it('ends the units that run, whoever asked for it among them', () => {
    const bench = benchWith();
    bench.run(`systemd-run --quiet --unit=long sh -c 'trap "echo told > /tmp/told; exit 1" TERM; sleep 100'`);
    bench.run('systemctl reboot');
    bench.pass(60_000);
    expect(bench.run('cat /tmp/told').out).toBe('told\n');
  });
});
