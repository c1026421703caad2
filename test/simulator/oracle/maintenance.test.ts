import { describe, expect, it } from 'vitest';
import { converged } from '../../../src/simulator/oracle/converged.ts';
import { compareVersions, wantsRestart } from '../../../src/simulator/oracle/maintenance.ts';
import type { Maintenance } from '../../../src/simulator/oracle/maintenance-wish.ts';
import { debianArchives } from '../../../src/simulator/host/operating-system.ts';
import { from, person, Stage, we, type StageHost } from './stage.ts';

const asked = (change: Partial<Maintenance> = {}): Maintenance => ({
  operation: 'os-patch',
  nodes: new Set(['w1']),
  reboot: 'always',
  securityOnly: false,
  excluded: new Set(),
  ...change,
});

const old = { libssl3: '3.0.14-1~deb12u2', openssl: '3.0.14-1~deb12u2', tzdata: '2024a-0+deb12u1' } as const;

const stageWith = (change: Partial<Maintenance> = {}, held: readonly string[] = []): Stage =>
  new Stage({
    wish: { version: from, maintenance: asked(change) },
    before: (stage) => {
      Object.assign(stage.world, { archives: debianArchives });
      const { packages } = stage.host('w1');
      for (const [name, version] of Object.entries(old))
        packages.set(name, { name, version, status: 'installed', held: held.includes(name) });
    },
  });

const patch = (stage: Stage, name: string, version: string): void => {
  const found = stage.host('w1').packages.get(name);
  if (found === undefined) throw new RangeError(name);
  found.version = version;
  stage.emit({ type: 'package-changed', host: 'w1', name, to: version, actor: we });
};

const mark = (host: StageHost, name: string): void =>
  host.files.write(`/var/lib/nodeops-marks/${name}.boot`, `${host.boot.id} 100\n`, we);

const restart = (stage: Stage, boot: string): void => {
  stage.emit({ type: 'host-down', host: 'w1', actor: we });
  stage.host('w1').boot = { ...stage.host('w1').boot, id: boot };
  stage.emit({ type: 'host-up', host: 'w1', actor: we });
};

const lacksOf = (stage: Stage): readonly string[] =>
  converged(stage.world, { version: from, maxUnavailable: 1, maintenance: asked() }, stage.oracle.found).filter(
    (lack) => /^w1: (?:package (?:libssl3|openssl|tzdata)|it was not restarted)/.test(lack),
  );

describe('a node that is drained again with an upgrade', () => {
  it.each([
    ['for the same maintenance', ['m1', 'm1'], true],
    ['for nothing', ['m1'], true],
    ['for another that was asked for once it was done', ['m1', 'm2'], false],
  ])('%s', (_what, names, isTold) => {
    const stage = stageWith({ upgrades: true });
    for (const round of [0, 1]) {
      stage.emit({ type: 'cordoned', node: 'w1', actor: we });
      const name = names[round];
      if (name !== undefined) {
        mark(stage.host('w1'), name);
        restart(stage, `boot-${round}`);
      }
      stage.emit({ type: 'uncordoned', node: 'w1', actor: we });
    }
    expect(stage.oracle.maintenance.lacks.includes('w1 was drained a second time')).toBe(isTold);
  });
});

describe('what a maintenance may not do on its way', () => {
  it.each([
    ['what is held', {}, ['tzdata'], 'tzdata', 'w1: package tzdata was changed, and it is held'],
    [
      'what is excluded',
      { excluded: new Set(['tzdata']) },
      [],
      'tzdata',
      'w1: package tzdata was changed, and it is excluded',
    ],
    [
      'what is no security update',
      { securityOnly: true },
      [],
      'tzdata',
      'w1: package tzdata was changed, and it is no security update',
    ],
    [
      'a node that takes no part',
      { nodes: new Set(['w2']) },
      [],
      'tzdata',
      'w1: package tzdata was changed, and nobody asked for that',
    ],
    ['what belongs to Kubernetes', {}, [], 'kubelet', 'w1: package kubelet was changed, and it is of Kubernetes'],
  ] as const)('patch %s', (_what, change, held, name, lack) => {
    const stage = stageWith(change, held);
    patch(stage, name, '2025b-0+deb12u2');
    expect(stage.oracle.maintenance.lacks).toEqual([lack]);
  });

  it('restart a node twice for one maintenance, which another one may', () => {
    const stage = stageWith();
    for (const [at, name] of ['m1', 'm2', 'm1'].entries()) {
      mark(stage.host('w1'), name);
      restart(stage, `boot-${at}`);
      expect(stage.oracle.maintenance.lacks).toEqual(at < 2 ? [] : ['w1 was restarted twice for one maintenance']);
    }
    expect(stage.oracle.maintenance.restarts).toBe(3);
  });

  it.each([
    [{ reboot: 'never' }, 'w1 was restarted, and nobody asked for that'],
    [{ operation: 'drain' }, 'w1 was restarted, and nobody asked for that'],
    [{ reboot: 'required' }, 'w1 was restarted, and had no need to be'],
  ] as const)('restart a node against %j', (change, lack) => {
    const stage = stageWith(change);
    mark(stage.host('w1'), 'm1');
    restart(stage, 'next');
    expect(stage.oracle.maintenance.lacks).toEqual([lack]);
  });

  it('restart a node, or patch it, beneath its pods', () => {
    const stage = stageWith();
    stage.pod('web', 'w1');
    patch(stage, 'tzdata', '2025b-0+deb12u2');
    mark(stage.host('w1'), 'm1');
    restart(stage, 'next');
    expect(stage.breaks.filter(({ invariant }) => invariant === 4).map(({ what }) => what)).toEqual([
      'w1: package tzdata was changed beneath shop/web',
      'w1: it was restarted beneath shop/web',
    ]);
  });

  it.each(['drain', 'cordon'] as const)('give back what a %s is to take out', (operation) => {
    const stage = stageWith({ operation });
    stage.cordon('w1');
    stage.uncordon('w1');
    expect(stage.oracle.maintenance.lacks).toEqual(['w1 was given back, and is to stay out']);
  });

  it('cordon a node that takes no part', () => {
    const stage = stageWith({ operation: 'cordon' });
    stage.cordon('w2');
    stage.cordon('cp1', person);
    expect(stage.oracle.maintenance.lacks).toEqual(['w2 was cordoned, and takes no part in this']);
  });
});

describe('what a maintenance that ended must have done', () => {
  it('patch what there is, but for what needs something that stays', () => {
    const stage = stageWith({}, ['libssl3']);
    expect(lacksOf(stage)).toEqual([
      'w1: package tzdata is 2024a-0+deb12u1, and 2025b-0+deb12u2 is offered',
      'w1: it was not restarted',
    ]);
    patch(stage, 'tzdata', '2025b-0+deb12u2');
    mark(stage.host('w1'), 'm1');
    restart(stage, 'next');
    expect(lacksOf(stage)).toEqual([]);
  });

  it('leave nothing half unpacked', () => {
    const stage = stageWith({}, ['libssl3', 'tzdata']);
    const found = stage.host('w1').packages.get('openssl');
    Object.assign(found ?? {}, { status: 'unpacked' });
    expect(lacksOf(stage)[0]).toBe('w1: package openssl is unpacked');
  });
});

it.each([
  ['6.1.0-9-amd64', '6.1.0-25-amd64'],
  ['2.36-9+deb12u8', '2.36-9+deb12u13'],
  ['1.6.20~ds1-1+deb12u3', '1.6.20~ds1-1+deb12u6'],
  ['3.0.17~rc1-1', '3.0.17-1'],
  ['2024a-0+deb12u1', '2025b-0+deb12u2'],
])('%s is older than %s', (a, b) => {
  expect([Math.sign(compareVersions(a, b)), Math.sign(compareVersions(b, a)), compareVersions(a, a)]).toEqual([
    -1, 1, 0,
  ]);
});

it('a host wants a restart where it says so, or has a newer kernel than the one that runs', () => {
  const stage = new Stage();
  const host = stage.host('w1');
  const kernel = (release: string): void => host.files.write(`/boot/vmlinuz-${release}`, '', person);
  expect(wantsRestart(host)).toBe(false);
  kernel('6.1.0-25-amd64');
  kernel('6.1.0-9-amd64');
  expect(wantsRestart(host)).toBe(false);
  kernel('6.1.0-41-amd64');
  expect(wantsRestart(host)).toBe(true);
  const other = stage.host('w2');
  other.files.write('/run/reboot-required', '', person);
  expect(wantsRestart(other)).toBe(true);
});
