import { z } from 'zod';
import { offeredPackages } from '../facts/offered-packages.ts';
import { packagePins, type PackagePin } from '../facts/package-pins.ts';
import { packages as packageStates } from '../facts/packages.ts';
import { restorePoints } from '../facts/restore-points.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, satisfied, type Trouble } from '../model/verdict.ts';
import { minorOf, upstreamOf } from '../model/version.ts';
import { defineStep } from '../steps/step.ts';
import { keptPackage } from '../steps/wanted-packages.ts';
import { concernsPackage } from './pins.ts';

const wanted = ['kubeadm', 'kubelet', 'kubectl'] as const;

const concerns = (pin: PackagePin): boolean => wanted.some((name) => concernsPackage(pin, name));

const pinned = (on: NodeSubject, pin: PackagePin): Trouble => ({
  because: `${on.node}: ${pin.package} is pinned to ${pin.pin} (${pin.file}:${pin.line}, priority ${pin.priority})`,
  fix: 'an exact version goes before a pin, so that the upgrade works; bring the pin up to date before the next apt upgrade',
});

/**
 * The node's repository offers the target of every package that is there, as an obstacle before anything is touched.
 * Pins are told only: an exact version is installed whatever they say (tried on the lab, apt 2.6, priorities 1001 to -10).
 */
export const targetPackages = defineStep({
  id: 'target-packages',
  subject: 'node',
  title: ({ version }) => `packages of ${version}`,
  with: z.strictObject({
    version: z.string(),
    /** Of a way back: what the node itself kept needs no repository. */
    downgrade: z.boolean().optional(),
  }),
  detect: ({ version }, _on: NodeSubject) => ({
    points: restorePoints,
    state: packageStates,
    offered: offeredPackages(minorOf(version)),
    pins: packagePins,
  }),
  optional: ['offered'],

  check: ({ state, offered, pins, points }, { version, downgrade = false }, on) => {
    const there = wanted.filter((name) => name !== 'kubectl' || state.installed[name] !== undefined);
    if (there.every((name) => upstreamOf(state.installed[name]?.version ?? '') === version)) return satisfied;
    const warnings = pins.filter(concerns).map((pin) => pinned(on, pin));
    const kept = (name: string): boolean => downgrade && keptPackage(points, name, version) !== undefined;
    if (there.every(kept)) return judged([], warnings);
    const minor = minorOf(version);
    // No repository of Kubernetes at all: the step that switches it names the line, and what to write instead.
    if (offered === undefined) return judged([], warnings);
    if (offered.problem !== undefined)
      return judged(
        [
          {
            because: `${on.node}: the repository of v${minor} cannot be read: ${offered.problem}`,
            fix: 'see which source it is with `nodeops facts`, and try `apt-get update` on the node',
          },
        ],
        warnings,
      );
    const lacking = there.filter(
      (name) => !kept(name) && !(offered.offers[name] ?? []).some((deb) => upstreamOf(deb) === version),
    );
    const has = [...new Set((offered.offers['kubeadm'] ?? []).map((deb) => upstreamOf(deb) ?? deb))].slice(0, 5);
    return judged(
      lacking.length === 0
        ? []
        : [
            {
              because: `${on.node}: the repository of v${minor} does not offer ${lacking.join(', ')} ${version} (it has ${has.join(', ') || 'none'})`,
              fix: 'choose one of these with --to, or bring the mirror up to date',
            },
          ],
      warnings,
    );
  },

  foreseen: true,
  explain: {
    why: 'A version that is not in the repository stops the upgrade between two nodes.',
    source: 'apt-cache(8), madison; apt_preferences(5)',
    type: ['apt-cache madison kubeadm'],
  },
});
