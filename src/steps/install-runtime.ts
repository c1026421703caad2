import { holdPackages, installPackages } from '../commands/apt-get.ts';
import { owedHolds, owedHoldsFile } from '../facts/owed-holds.ts';
import { runtimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeOffers, runtimeTarget } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { blocked, needed, satisfied } from '../model/verdict.ts';
import { installingRuntimeWish, isThere, notOffered, targetAhead } from './runtime-wish.ts';
import { defineStep } from './step.ts';
import { whole } from './wanted-packages.ts';

/** Installs the exact version, and leaves the holds as they were found, also of what comes along (runc). */
export const installRuntime = defineStep({
  id: 'install-runtime',
  subject: 'node',
  title: ({ runtime }) => `containerd ${runtime}`,
  with: installingRuntimeWish,
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon, offers: runtimeOffers, owed: owedHolds }),

  check: ({ daemon, offers, owed }, { runtime: to }, { node }) => {
    const { package: own } = daemon;
    const target = runtimeTarget(daemon, offers, to);
    if (own === undefined || target === undefined) {
      const { because, fix } = notOffered(daemon, offers, to, node);
      return blocked(because, fix);
    }
    if (isThere(daemon, target)) return owed.length === 0 ? satisfied : needed(`hold again: ${owed.join(', ')}`);
    return needed(`${own.name} ${own.deb}${whole(own.status) ? '' : ` (dpkg: ${own.status})`} → ${target.deb}`);
  },
  apply: ({ daemon, offers, owed }, { runtime: to, lockSeconds }, { node }) => {
    const holds = { holdAgain: [...new Set([...daemon.held, ...owed])], owedFile: owedHoldsFile, lockSeconds };
    const target = targetAhead(daemon, offers, to);
    if (target === undefined) return [{ do: 'exec', on: node, command: holdPackages(holds) }];
    const wanted = [{ name: target.name, version: target.deb }];
    // The lists stay as they were judged by.
    return [{ do: 'exec', on: node, command: installPackages(wanted, { sources: [], ...holds }) }];
  },
  expect: ({ daemon, offers, owed }, { runtime: to }) => {
    const target = runtimeTarget(daemon, offers, to);
    const held = [...new Set([...daemon.held, ...owed])];
    if (target === undefined || isThere(daemon, target)) return { owed: [], daemon: { ...daemon, held } };
    const status = held.includes(target.name) ? 'hi' : 'ii';
    const own = { name: target.name, deb: target.deb, status };
    return { owed: [], daemon: { ...daemon, held, package: own, installed: target.version } };
  },

  incidental: (left) => left.includes('(dpkg: ') || left.startsWith('hold again: '),
  explain: {
    why: 'The exact version is named, since `apt-get upgrade` would take whatever is newest; the hold is lifted for the moment only. A configuration file that was edited stays.',
    source: 'apt-get(8); dpkg(1), --force-confold; apt-mark(8)',
    type: [
      'apt-mark unhold containerd',
      "apt-get install -y -o Dpkg::Options::=--force-confold containerd='2.1.5-1'",
      'apt-mark hold containerd',
    ],
  },
});
