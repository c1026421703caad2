import { diskSpace } from '../facts/disk-space.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeOffers } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { runtimeWish, targetAhead } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';

const MiB = 1024 * 1024;

/** containerd, its shim and ctr of 2.1.5: 74 MiB on the disk, beside the old ones while dpkg unpacks them (lab); runc 20. */
const demands = [
  { path: '/', bytes: 250 * MiB },
  { path: '/var/cache/apt', bytes: 60 * MiB },
  // Unpacked to be asked.
  { path: '/var', bytes: 120 * MiB },
] as const;

/** Room for the package, as an archive, unpacked to be asked, and installed; added up where they share a file system. */
export const runtimeRoom = defineStep({
  id: 'runtime-room',
  subject: 'node',
  title: () => 'room for the package of containerd',
  with: runtimeWish,
  detect: (_wish, _on: NodeSubject) => ({ disk: diskSpace, daemon: runtimeDaemon, offers: runtimeOffers }),
  optional: ['daemon', 'offers'],

  check: ({ disk, daemon, offers = {} }, { runtime: to }, { node }) => {
    if (daemon === undefined || targetAhead(daemon, offers, to) === undefined) return satisfied;
    const known = demands.flatMap((demand) => {
      const place = disk.paths[demand.path] ?? disk.paths['/'];
      return place === undefined ? [] : [{ ...demand, ...place }];
    });
    for (const [mount, here] of Map.groupBy(known, (place) => place.mount)) {
      const wanted = here.reduce((sum, { bytes }) => sum + bytes, 0);
      const available = here[0]?.availableBytes ?? 0;
      if (available < wanted)
        return blocked(
          `${node}: the disk of ${mount} has ${Math.floor(available / MiB)} MiB left; the package of containerd needs ${Math.ceil(wanted / MiB)} MiB there`,
          `make room on ${node}: apt-get clean, crictl rmi --prune, journalctl --vacuum-size=200M`,
        );
    }
    return satisfied;
  },

  waivable: true,
  explain: {
    why: 'A disk that fills up under dpkg leaves containerd half unpacked, on a node that is out of service.',
    source: 'measured on the lab, containerd 2.1.5',
    type: ['df -h / /var /var/cache/apt'],
  },
});
