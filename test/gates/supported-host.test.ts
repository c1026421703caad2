import { describe, expect, it } from 'vitest';
import { supportedHost } from '../../src/gates/supported-host.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { initSystem } from '../../src/facts/init-system.ts';
import { recorded } from '../facts/recorded.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(supportedHost, {}, onWorker());
const debian = { id: 'debian', idLike: [], versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' };
const systemd = { pid1: 'systemd', systemdVersion: 252 };
const needsSystemd =
  'replace paris-w1 by a machine that systemd 240 or newer has booted (Debian 10, Ubuntu 20.04): commands that must outlive the connection run as its units';

describe('supported-host', () => {
  it.each([
    ['Debian', { system: debian, init: systemd }, satisfied],
    ['Ubuntu', { system: { ...debian, id: 'ubuntu', idLike: ['debian'] }, init: systemd }, satisfied],
    ['Linux Mint', { system: { ...debian, id: 'linuxmint', idLike: ['ubuntu', 'debian'] }, init: systemd }, satisfied],
    ['the oldest systemd', { system: debian, init: { pid1: 'systemd', systemdVersion: 240 } }, satisfied],
    [
      'Rocky',
      { system: { ...debian, id: 'rocky', idLike: ['rhel', 'centos'], name: 'Rocky Linux 9' }, init: systemd },
      blocked(
        'paris-w1 runs Rocky Linux 9, which is not supported',
        'replace paris-w1 by a machine with Debian or Ubuntu: packages are installed with apt',
      ),
    ],
    [
      'too old a systemd',
      { system: debian, init: { pid1: 'systemd', systemdVersion: 239 } },
      blocked('paris-w1: process 1 is systemd 239; systemd 240 or newer is needed', needsSystemd),
    ],
    [
      'another init',
      { system: debian, init: { pid1: 'init' } },
      blocked('paris-w1: process 1 is init; systemd 240 or newer is needed', needsSystemd),
    ],
    [
      'systemd installed, not running',
      { system: debian, init: { ...systemd, pid1: 'sleep' } },
      blocked('paris-w1: process 1 is sleep; systemd 240 or newer is needed', needsSystemd),
    ],
    [
      'systemd that does not tell its version',
      { system: debian, init: { pid1: 'systemd' } },
      blocked('paris-w1: process 1 is systemd of an unknown version; systemd 240 or newer is needed', needsSystemd),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it.each([
    ['control-plane', 'satisfied'],
    ['debian-13', 'satisfied'],
    ['ubuntu-24.04', 'satisfied'],
    ['no-systemd', 'blocked'],
    ['sleep', 'blocked'],
  ])('as recorded on a host: %s', (name, kind) => {
    const { output } = recorded('init-system').find((each) => each.name === name) ?? {};
    if (output === undefined || initSystem.source.kind !== 'command') throw new Error(`${name} was not recorded`);
    const parsed = initSystem.source.parse(output);
    expect('value' in parsed ? step.check({ system: debian, init: parsed.value }).kind : parsed).toBe(kind);
  });
});
