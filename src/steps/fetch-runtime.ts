import { fetchRuntime as fetch } from '../commands/container-runtime.ts';
import type { Archives } from '../facts/archives.ts';
import { runtimeDaemon, type RuntimeDaemon } from '../facts/runtime-daemon.ts';
import { fetchedRuntime, runtimeOffers, type RuntimeOffers, type RuntimeTarget } from '../facts/runtime-offers.ts';
import type { NodeSubject } from '../model/subject.ts';
import { needed, satisfied } from '../model/verdict.ts';
import { installingRuntimeWish, targetAhead } from './runtime-wish.ts';
import { defineStep } from './step.ts';

interface Sight {
  readonly daemon: RuntimeDaemon;
  readonly offers: RuntimeOffers;
  readonly fetched: Archives;
}

const lacking = ({ daemon, offers, fetched }: Sight, to: string): RuntimeTarget | undefined => {
  const target = targetAhead(daemon, offers, to);
  // What a dpkg that was killed left is told from what is not there by its version.
  if (target === undefined || target.deb === daemon.package?.deb) return undefined;
  return fetched[target.name]?.[target.deb] === undefined ? target : undefined;
};

/** Before anything is touched: a repository that fails then fails on a whole cluster, not on one that is half-way. */
export const fetchRuntime = defineStep({
  id: 'fetch-runtime',
  subject: 'node',
  title: () => 'package of containerd downloaded',
  with: installingRuntimeWish,
  detect: (_wish, _on: NodeSubject) => ({ daemon: runtimeDaemon, offers: runtimeOffers, fetched: fetchedRuntime }),

  check: (seen, { runtime: to }) => {
    const target = lacking(seen, to);
    return target === undefined ? satisfied : needed(`download ${target.name} ${target.deb}`);
  },
  apply: (seen, { runtime: to, lockSeconds }, { node }) => {
    const target = lacking(seen, to);
    if (target === undefined) return [];
    return [{ do: 'exec', on: node, command: fetch({ name: target.name, version: target.deb }, lockSeconds) }];
  },
  expect: (seen, { runtime: to }) => {
    const target = lacking(seen, to);
    if (target === undefined) return {};
    const file = `${target.name}_${target.deb}_amd64.deb`;
    return { fetched: { ...seen.fetched, [target.name]: { ...seen.fetched[target.name], [target.deb]: file } } };
  },

  preparing: true,
  // What apt has of it already comes and goes with `apt-get clean`.
  unheld: true,
  limits: () => ({ attempts: 2 }),
  explain: {
    why: 'What a repository or a network has against it shows before the first node is touched.',
    source: 'apt-get(8), --download-only',
    type: ["apt-get install --download-only --allow-change-held-packages containerd='2.1.5-1'"],
  },
});
