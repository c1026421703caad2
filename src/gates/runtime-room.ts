import { diskSpace } from '../facts/disk-space.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeOffers } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, satisfied } from '../model/verdict.ts';
import { runtimeWish, targetAhead } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';
import { MiB, shortageOf } from './shortage.ts';

/** containerd, its shim and ctr of 2.1.5: 74 MiB on the disk, beside the old ones while dpkg unpacks them (lab); runc 20. */
const demands = [
  { path: '/', bytes: 250 * MiB, what: 'the package' },
  { path: '/var/cache/apt', bytes: 60 * MiB, what: 'the downloaded package' },
  { path: '/var', bytes: 120 * MiB, what: 'the package unpacked to be asked' },
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
    const short = shortageOf(disk, demands);
    return short === undefined
      ? satisfied
      : blocked(
          `${node}: the disk of ${short.mount} has ${short.availableMiB} MiB left; the package of containerd needs ${short.wantedMiB} MiB there`,
          `make room on ${node}: apt-get clean, crictl rmi --prune, journalctl --vacuum-size=200M`,
        );
  },

  waivable: true,
  explain: {
    why: 'A disk that fills up under dpkg leaves containerd half unpacked, on a node that is out of service.',
    source: 'measured on the lab, containerd 2.1.5',
    type: ['df -h / /var /var/cache/apt'],
  },
});
