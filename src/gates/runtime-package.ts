import { packagePins, type PackagePin } from '../facts/package-pins.ts';
import { runtimeDaemon, type RuntimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeOffers, runtimeTarget, type RuntimeOffers } from '../facts/runtime-offers.ts';
import { isOlderWish, runtimeVersionOf } from '../model/runtime-version.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { notOffered, runtimeWish } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';
import { concernsPackage } from './pins.ts';

const blocks = (daemon: RuntimeDaemon, offers: RuntimeOffers, to: string, node: string): readonly Trouble[] => {
  const { package: own, program } = daemon;
  if (own === undefined)
    return [
      {
        because: `${node}: ${program}, which containerd.service starts, is of none of the packages containerd and containerd.io`,
        fix: `install the package beside it on ${node}, drained, and take away what was unpacked by hand; or upgrade it there as it was installed, and leave the node out with --limit`,
      },
    ];
  const there = runtimeVersionOf(own.deb);
  if (there !== undefined && isOlderWish(to, there))
    return [
      {
        because: `${node} has containerd ${there}: ${to} is older, and the runtime is not taken back`,
        fix: 'name a newer version with --to; what a way back takes is in docs/runtime.md',
      },
    ];
  return runtimeTarget(daemon, offers, to) === undefined ? [notOffered(daemon, offers, to, node)] : [];
};

const pinned = (node: string, pin: PackagePin): Trouble => ({
  because: `${node}: ${pin.package} is pinned to ${pin.pin} (${pin.file}:${pin.line}, priority ${pin.priority})`,
  fix: 'an exact version goes before a pin, so that this works; bring the pin up to date before the next apt upgrade',
});

/** containerd came from a package that the node is offered a newer version of. A hold is lifted for the moment only. */
export const runtimePackage = defineStep({
  id: 'runtime-package',
  subject: 'node',
  title: ({ runtime }) => `a package of containerd ${runtime}`,
  with: runtimeWish,
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon, offers: runtimeOffers, pins: packagePins }),
  optional: ['daemon', 'offers'],

  check: ({ daemon, offers = {}, pins }, { runtime: to }, { node }) => {
    if (daemon === undefined)
      return judged(
        [
          {
            because: `${node}: systemd knows no containerd.service`,
            fix: 'another runtime is upgraded by its own documentation: leave the node out with --limit',
          },
        ],
        [],
      );
    const name = daemon.package?.name;
    const warned = name === undefined ? [] : pins.filter((pin) => concernsPackage(pin, name));
    return judged(
      blocks(daemon, offers, to, node),
      warned.map((pin) => pinned(node, pin)),
    );
  },

  explain: {
    why: 'A version that a node is not offered stops the roll-out between two nodes; what no package brought no package replaces.',
    source: 'apt-cache(8), madison; dpkg-query(1), -S; apt_preferences(5)',
    type: ['dpkg -S /usr/bin/containerd', 'apt-cache madison containerd containerd.io', 'apt-mark showhold'],
  },
});
