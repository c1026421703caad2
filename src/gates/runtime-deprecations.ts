import { runtimeConfiguration } from '../facts/runtime-configuration.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeDeprecations as deprecationsFact } from '../facts/runtime-deprecations.ts';
import { runtimeOffers, runtimeTarget } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, type Trouble } from '../model/verdict.ts';
import { runtimeWish } from '../steps/runtime-wish.ts';
import { defineStep } from '../steps/step.ts';
import { isGoneIn, usedRemovals, type UsedRemoval } from './runtime-removals.ts';

const gone = (node: string, { what, fix, removedIn }: UsedRemoval, version: string): Trouble => ({
  because: `${node} uses ${what}, which containerd ${version} has no longer (gone since ${removedIn})`,
  fix: `instead: ${fix}; then restart containerd on the drained node, which forgets what it saw before`,
});

const going = (node: string, { what, fix, removedIn }: UsedRemoval): Trouble => ({
  because: `${node} uses ${what}, which ${removedIn === undefined ? 'a later containerd' : `containerd ${removedIn}`} has no longer`,
  fix: `instead: ${fix}`,
});

/** Nothing that the node uses is gone in the containerd to which it goes: by what its own saw, and by what its file says. */
export const runtimeDeprecations = defineStep({
  id: 'runtime-deprecations',
  subject: 'node',
  title: ({ runtime }) => `nothing used that containerd ${runtime} has no longer`,
  with: runtimeWish,
  detect: (_wish, _on: NodeSubject) => ({
    daemon: runtimeDaemon,
    offers: runtimeOffers,
    configuration: runtimeConfiguration,
    deprecations: deprecationsFact,
  }),
  optional: ['daemon', 'offers'],

  check: ({ daemon, offers = {}, configuration, deprecations }, { runtime: to }, { node }) => {
    const target = daemon === undefined ? undefined : runtimeTarget(daemon, offers, to);
    if (target === undefined || target.deb === daemon?.package?.deb) return judged([], []);
    const used = usedRemovals(deprecations.warnings, configuration.settings);
    const blocks = used.filter((each) => isGoneIn(each, target.version));
    return judged(
      blocks.map((each) => gone(node, each, target.version)),
      used.filter((each) => !blocks.includes(each)).map((each) => going(node, each)),
    );
  },

  waivable: true,
  explain: {
    why: 'What a new containerd has no longer it passes over: pods get another runtime, or images come no more.',
    source: 'containerd, RELEASES.md, "Deprecated features"; docs/containerd-2.0.md, "What’s breaking"',
    type: ['ctr deprecations list'],
  },
});
