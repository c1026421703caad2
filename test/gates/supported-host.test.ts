import { describe, expect, it } from 'vitest';
import { supportedHost } from '../../src/gates/supported-host.ts';
import { blocked, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const step = bound(supportedHost, {}, onWorker());
const debian = { id: 'debian', idLike: [], versionId: '12', name: 'Debian GNU/Linux 12 (bookworm)' };
const systemd = { pid1: 'systemd', systemdVersion: 252 };
const needsSystemd = 'commands that must outlive the connection run as units of systemd';

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
      blocked('paris-w1: process 1 is init ; systemd 240 or newer is needed', needsSystemd),
    ],
    [
      'systemd installed, not running',
      { system: debian, init: { ...systemd, pid1: 'sleep' } },
      expect.objectContaining({ kind: 'blocked' }),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
