import type { Host } from '../world/host.ts';
import type { Heal, Kinds, Strike } from './kind.ts';
import { chosen, short, shortOrLong } from './kind.ts';

/** Strikes at once, where there is a host, and tells so. */
const onHost =
  (apply: (host: Host, strike: Strike) => Heal | undefined) =>
  (strike: Strike): Heal | undefined => {
    if (strike.host === undefined) return undefined;
    const heal = apply(strike.host, strike);
    strike.hit();
    return heal;
  };

const locks = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', '/var/lib/apt/lists/lock'] as const;

/** Somebody else's apt: it waits, as every apt does, for whoever has the lock now. */
const holdLocks = (strike: Strike): Heal | undefined => {
  const { world, host, fault } = strike;
  if (host === undefined) return undefined;
  const holder = { pid: 20_000 + ((fault.choice ?? 0) % 9000), line: '/usr/bin/python3 /usr/bin/unattended-upgrade' };
  let over = false;
  const tryLock = (): void => {
    if (over) return;
    if (host.power !== 'up' || locks.some((path) => host.fileLocks.has(path))) {
      world.kernel.after(500, tryLock);
      return;
    }
    for (const path of locks) host.fileLocks.set(path, holder);
    strike.hit();
  };
  tryLock();
  return () => {
    over = true;
    for (const path of locks) if (host.fileLocks.get(path) === holder) host.fileLocks.delete(path);
  };
};

const powerCut = onHost((host, { levers, actor }) => {
  levers.powerOff(host, actor);
  return () => levers.powerOn(host, actor);
});

/** What befalls one machine. */
export const hostKinds: Kinds<
  | 'node-reboot'
  | 'node-down'
  | 'kubelet-not-coming-back'
  | 'image-pull-failing'
  | 'apt-lock-held'
  | 'repository-down'
  | 'download-corrupted'
  | 'disk-full'
  | 'clock-jump'
  | 'sudo-asks'
> = {
  // Firmware and systemd take their time; containers and units are gone, the boot has another identity.
  'node-reboot': { befalls: 'any', lasts: [8000, 90_000], strike: powerCut },
  'node-down': { befalls: 'any', lasts: [60_000, 1_200_000], permanent: true, strike: powerCut },
  'kubelet-not-coming-back': {
    befalls: 'any',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost((host) => {
      host.faults.kubeletWillNotStart = true;
      return () => (host.faults.kubeletWillNotStart = false);
    }),
  },
  'image-pull-failing': {
    befalls: 'control-plane',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost((host) => {
      host.faults.registry = 'down';
      return () => (host.faults.registry = 'ok');
    }),
  },
  'apt-lock-held': { befalls: 'any', lasts: shortOrLong, permanent: true, strike: holdLocks },
  'repository-down': {
    befalls: 'any',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost((host) => {
      host.faults.repository = 'down';
      return () => (host.faults.repository = 'ok');
    }),
  },
  'download-corrupted': {
    befalls: 'any',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost((host) => {
      host.faults.repository = 'corrupt';
      return () => (host.faults.repository = 'ok');
    }),
  },
  'disk-full': {
    befalls: 'any',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost(({ disk }) => {
      const before = disk.foreignBytes;
      disk.foreignBytes = disk.bytes;
      return () => (disk.foreignBytes = before);
    }),
  },
  // Forward and back, by seconds to days: far enough for a lease, not for a certificate.
  'clock-jump': {
    befalls: 'any',
    lasts: shortOrLong,
    permanent: true,
    strike: onHost((host, { fault }) => {
      const jump = chosen(fault, [5000, -5000, 60_000, -60_000, 3_600_000, -3_600_000, 86_400_000]) ?? 0;
      host.clockOffsetMs += jump;
      return () => (host.clockOffsetMs -= jump);
    }),
  },
  'sudo-asks': {
    befalls: 'any',
    lasts: short,
    permanent: true,
    strike: onHost((host) => {
      host.sudo = 'asks';
      return () => (host.sudo = 'free');
    }),
  },
};
