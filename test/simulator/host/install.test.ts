import { describe, expect, it } from 'vitest';
import { holdPackages, installPackages, replaceSource, type WantedPackage } from '../../../src/commands/apt-get.ts';
import { quote } from '../../../src/commands/quote.ts';
import { followDetached, startDetached, type DetachedUnit } from '../../../src/commands/systemd-run.ts';
import { abbreviation } from '../../../src/simulator/host/package-state.ts';
import { benchHost, byPerson, type Bench } from './bench-host.ts';

const file = '/etc/apt/sources.list.d/kubernetes.list';
const owedFile = '/var/lib/nodeops/holds';
const source = (minor: string): string =>
  `deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v${minor}/deb/ /\n`;

const held = ['kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni'];
const install = (packages: readonly WantedPackage[], lockSeconds = 5): string =>
  quote(installPackages(packages, { sources: [file], lockSeconds, holdAgain: held, owedFile }).argv);
const kubelet = (version: string): readonly WantedPackage[] => [{ name: 'kubelet', version }];

const stateOf = ({ host }: Bench, name: string): string => {
  const found = host.packages.get(name);
  return found === undefined ? 'none' : `${abbreviation(found).trim()} ${found.version}`;
};
const heldNow = ({ host }: Bench): readonly string[] =>
  [...host.packages.values()]
    .filter((one) => one.held)
    .map(({ name }) => name)
    .toSorted();

const switchTo = (bench: Bench, minor: string): ReturnType<Bench['run']> =>
  bench.run(quote(replaceSource(file, source(minor), 5).argv), source(minor));

describe('the script that switches a package source', () => {
  const cases: readonly {
    readonly name: string;
    readonly minor: string;
    readonly before?: (bench: Bench) => void;
    readonly code: number;
    readonly says: RegExp;
    readonly is: string;
  }[] = [
    { name: 'the next minor', minor: '1.36', code: 0, says: /^$/, is: '1.36' },
    { name: 'no such minor', minor: '1.99', code: 100, says: /does not have a Release file.*\n.*is back/, is: '1.35' },
    {
      name: 'the mirror is down',
      minor: '1.36',
      before: ({ host }) => (host.faults.repository = 'down'),
      code: 100,
      says: /^E: Failed to fetch .*Connection refused\)\nE: Some index files.*\nthe previous .* is back\n$/,
      is: '1.35',
    },
    {
      name: 'another updates all the time',
      minor: '1.36',
      before: ({ host }) => host.fileLocks.set('/var/lib/apt/lists/lock', { pid: 7, line: '/usr/bin/apt-get update' }),
      code: 100,
      says: /^E: Could not get lock \/var\/lib\/apt\/lists\/lock\. It is held by process 7 \(apt-get\)\n/,
      is: '1.35',
    },
  ];

  it.each(cases)('$name', ({ minor, before, code, says, is }) => {
    const bench = benchHost();
    before?.(bench);
    const ran = switchTo(bench, minor);
    expect(ran).toMatchObject({ code, err: expect.stringMatching(says) as unknown });
    expect(bench.host.files.read(file)).toBe(source(is));
    expect(bench.host.files.list('/tmp')).toEqual([]);
  });

  it('waits for a lock that is let go', () => {
    const bench = benchHost();
    bench.host.fileLocks.set('/var/lib/apt/lists/lock', { pid: 7, line: 'apt-get update' });
    bench.kernel.after(3000, () => bench.host.fileLocks.clear());
    expect(switchTo(bench, '1.36').code).toBe(0);
  });
});

describe('another installation that ends', () => {
  it('is waited for', () => {
    const bench = benchHost();
    switchTo(bench, '1.36');
    bench.host.fileLocks.set('/var/lib/dpkg/lock-frontend', { pid: 9, line: 'unattended-upgr' });
    bench.kernel.after(3000, () => bench.host.fileLocks.clear());
    expect(bench.run(install(kubelet('1.36.3-1.1'))).code).toBe(0);
    expect(heldNow(bench)).toEqual(held);
  });
});

interface Trouble {
  readonly name: string;
  readonly before?: (bench: Bench) => void;
  readonly wish?: readonly WantedPackage[];
  readonly code: number;
  readonly says: RegExp;
  readonly state: string;
}

const troubles: readonly Trouble[] = [
  { name: 'all is well', code: 0, says: /^debconf: .*\n$/, state: 'hi 1.36.3-1.1' },
  {
    name: 'a version that is not there',
    wish: kubelet('1.36.9-1.1'),
    code: 100,
    says: /^E: Version '1\.36\.9-1\.1' for 'kubelet' was not found\n$/,
    state: 'hi 1.35.4-1.1',
  },
  {
    name: 'an archive that is corrupt',
    before: ({ host }) => (host.faults.repository = 'corrupt'),
    code: 100,
    says: /^E: Failed to fetch .*kubelet_1\.36\.3-1\.1_amd64\.deb {2}Hash Sum mismatch\n[^]*E: Unable to fetch some archives/,
    state: 'hi 1.35.4-1.1',
  },
  {
    name: 'another installation',
    before: ({ host }) => host.fileLocks.set('/var/lib/dpkg/lock-frontend', { pid: 9, line: 'unattended-upgr' }),
    code: 100,
    // The hold was never lifted: apt-mark could not.
    says: /^dpkg: error: dpkg frontend lock was locked by another process with pid 9\n/,
    state: 'hi 1.35.4-1.1',
  },
  {
    name: 'a disk without room for the archive',
    before: ({ host }) => (host.disk.foreignBytes = host.disk.bytes - 10 * 1024 ** 2),
    code: 100,
    says: /^E: You don't have enough free space in \/var\/cache\/apt\/archives\/\.\n$/,
    state: 'hi 1.35.4-1.1',
  },
  {
    name: 'a disk without room for the files: dpkg goes back',
    before: ({ host }) => (host.disk.foreignBytes = host.disk.bytes - 30 * 1024 ** 2),
    code: 100,
    says: /^debconf: .*\nE: Sub-process \/usr\/bin\/dpkg returned an error code \(1\)\n$/,
    state: 'hi 1.35.4-1.1',
  },
];

describe('the script that installs packages', () => {
  it.each(troubles)('$name', ({ before, wish, code, says, state }) => {
    const bench = benchHost();
    switchTo(bench, '1.36');
    before?.(bench);
    const ran = bench.run(install(wish ?? kubelet('1.36.3-1.1')));
    expect(ran).toMatchObject({ code, err: expect.stringMatching(says) as unknown });
    expect(stateOf(bench, 'kubelet')).toBe(state);
    expect(bench.host.fileLocks.size).toBeLessThan(2);
    expect(heldNow(bench)).toEqual(held);
  });

  it('installs an older version again', () => {
    const bench = benchHost();
    const refused = bench.run(install(kubelet('1.35.1-1.1')));
    expect(refused).toMatchObject({
      code: 100,
      err: 'E: Packages were downgraded and -y was used without --allow-downgrades.\n',
    });
    const allowed = bench.run(
      'apt-get install -y -qq --allow-change-held-packages --allow-downgrades kubelet=1.35.1-1.1',
    );
    expect(allowed).toMatchObject({
      code: 0,
      out: expect.stringContaining('dpkg: warning: downgrading kubelet from 1.35.4-1.1 to 1.35.1-1.1\r\n') as unknown,
    });
    expect(stateOf(bench, 'kubelet')).toBe('ii 1.35.1-1.1');
  });

  it('refuses a held package without being told', () => {
    const bench = benchHost();
    expect(bench.run('apt-get install -y -qq kubelet=1.35.4-1.1').code).toBe(0);
    expect(bench.run('apt-get install -y -qq --allow-downgrades kubelet=1.35.1-1.1')).toMatchObject({
      code: 100,
      err: 'E: Held packages were changed and -y was used without --allow-change-held-packages.\n',
    });
  });
});

const debconf = 'debconf: delaying package configuration, since apt-utils is not installed\n';
const phases = ['half-installed', 'unpacked', 'half-configured'] as const;

/** The install as a unit, killed as soon as dpkg is in a certain phase of the package. */
const killedIn = (bench: Bench, phase: (typeof phases)[number]): DetachedUnit => {
  const unit = { run: 'r1', name: `install-${phase}` };
  const options = { sources: [file], lockSeconds: 5, holdAgain: held, owedFile };
  bench.run(quote(startDetached(unit, installPackages(kubelet('1.36.3-1.1'), options)).argv));
  // Right after it was unpacked it has to be reinstalled: `dpkg that has not tidied up` below.
  const there = (): boolean => {
    const found = bench.host.packages.get('kubelet');
    return found?.status === phase && found.reinstall !== true;
  };
  while (!there()) {
    if (!bench.kernel.step()) throw new Error(`dpkg was never in ${phase}`);
  }
  bench.host.units.get(`nodeops-r1-${unit.name}.service`)?.kill('KILL', byPerson);
  return unit;
};

describe.each([
  ['half-installed', 'iHR 1.35.4-1.1', /in a mess/],
  ['unpacked', 'iU 1.36.3-1.1', /unpacked but not yet configured/],
  ['half-configured', 'iF 1.36.3-1.1', /only half configured/],
] as const)('an install killed while the package is %s', (phase, state, audit) => {
  const kill = (): { readonly bench: Bench; readonly unit: DetachedUnit } => {
    const bench = benchHost();
    switchTo(bench, '1.36');
    return { bench, unit: killedIn(bench, phase) };
  };

  it('leaves what was seen on real hosts, and owes its holds', () => {
    const { bench, unit } = kill();
    expect(stateOf(bench, 'kubelet')).toBe(state);
    expect(bench.run('dpkg --audit').out).toMatch(audit);
    expect(heldNow(bench)).toEqual(held.filter((name) => name !== 'kubelet'));
    expect(bench.host.files.read(owedFile)).toBe(`${held.join('\n')}\n`);
    expect(bench.host.fileLocks.size).toBe(0);
    expect(bench.run(quote(followDetached(unit, 0, 5).argv)).err).toContain('nodeops-follow lost');
    expect(bench.events).toContainEqual({
      type: 'unit-ended',
      host: 'lyon-w1',
      unit: `nodeops-r1-${unit.name}`,
      actor: byPerson,
    });
  });

  it('is refused by apt until dpkg has looked at it', () => {
    const { bench } = kill();
    const again = 'apt-get install -y -qq --allow-change-held-packages kubelet=1.36.3-1.1';
    expect(bench.run(again)).toMatchObject({
      code: 100,
      err: "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. \n",
    });
    expect(bench.run(`dpkg --configure -a`).code).toBe(0);
    expect(stateOf(bench, 'kubelet')).toBe(phase === 'half-installed' ? 'iHR 1.35.4-1.1' : 'ii 1.36.3-1.1');
    expect(bench.run(again).code).toBe(0);
    expect(stateOf(bench, 'kubelet')).toBe('ii 1.36.3-1.1');
  });

  it('is repaired by the same script, holds included', () => {
    const { bench } = kill();
    expect(bench.run(install(kubelet('1.36.3-1.1')))).toMatchObject({
      code: 0,
      err: phase === 'half-installed' ? debconf : '',
    });
    expect(stateOf(bench, 'kubelet')).toBe('hi 1.36.3-1.1');
    expect(bench.run('dpkg --audit').out).toBe('');
    expect(heldNow(bench)).toEqual(held);
    expect(bench.host.files.stat(owedFile)).toBeUndefined();
  });

  it('gets its holds back by themselves', () => {
    const { bench } = kill();
    expect(bench.run(quote(holdPackages({ holdAgain: held, owedFile, lockSeconds: 5 }).argv)).code).toBe(0);
    expect(heldNow(bench)).toEqual(held);
  });
});

describe('a dpkg that has not tidied up behind an unpacking', () => {
  it('leaves a package that only another unpacking mends, as recorded', () => {
    const bench = benchHost();
    switchTo(bench, '1.36');
    const found = bench.host.packages.get('kubelet');
    bench.host.packages.set('kubelet', {
      name: 'kubelet',
      held: found?.held ?? false,
      version: '1.36.3-1.1',
      status: 'unpacked',
      reinstall: true,
    });
    expect(stateOf(bench, 'kubelet')).toBe('hUR 1.36.3-1.1');
    expect(bench.run('dpkg --audit').out).toMatch(/in a mess/);
    expect(bench.run('dpkg --configure -a')).toMatchObject({
      code: 1,
      err: expect.stringContaining('package is in a very bad inconsistent state') as unknown,
    });
    const again = 'apt-get install -y -qq --allow-change-held-packages kubelet=1.36.3-1.1';
    expect(bench.run(again).code).toBe(0);
    expect(stateOf(bench, 'kubelet')).toBe('ii 1.36.3-1.1');
  });
});

describe('SIGTERM to the unit of an install', () => {
  it('ends dpkg, and the trap puts the holds back', () => {
    const bench = benchHost();
    switchTo(bench, '1.36');
    const options = { sources: [file], lockSeconds: 5, holdAgain: held, owedFile };
    const unit = { run: 'r1', name: 'install-1' };
    bench.run(quote(startDetached(unit, installPackages(kubelet('1.36.3-1.1'), options)).argv));
    while (bench.host.packages.get('kubelet')?.status !== 'half-installed') bench.kernel.step();
    expect(bench.run('systemctl stop nodeops-r1-install-1').code).toBe(0);
    expect(stateOf(bench, 'kubelet')).toBe('hHR 1.35.4-1.1');
    expect(bench.host.units.has('nodeops-r1-install-1.service')).toBe(false);
    // A held package that must be reinstalled and whose version is gone: apt does nothing, and says nothing.
    expect(bench.run('dpkg --configure -a; apt-get install -y -qq kubeadm=1.35.4-1.1')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(stateOf(bench, 'kubelet')).toBe('hHR 1.35.4-1.1');
  });
});
