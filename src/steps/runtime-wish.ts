import { z } from 'zod';
import type { RuntimeDaemon } from '../facts/runtime-daemon.ts';
import { runtimeTarget, type RuntimeOffers, type RuntimeTarget } from '../facts/runtime-offers.ts';
import { runtimeVersionOf, runtimeWishForm } from '../model/runtime-version.ts';
import type { Trouble } from '../model/verdict.ts';
import { whole } from './wanted-packages.ts';

/** To which containerd: `2.1.5`, or `2.1` or `2` for the newest of it that the node is offered. */
export const runtimeWish = z.strictObject({
  runtime: z.string().regex(runtimeWishForm, { error: 'expected a version of containerd, such as 2.1.5, 2.1 or 2' }),
});

/** The same, and how long apt's and dpkg's locks are waited for. */
export const installingRuntimeWish = runtimeWish.extend({ lockSeconds: z.number() });

/** Whether a node has its target whole. */
export const isThere = ({ package: own }: RuntimeDaemon, target: RuntimeTarget): boolean =>
  own?.name === target.name && own.deb === target.deb && whole(own.status);

/** Where a node goes while it is not there. */
export const targetAhead = (daemon: RuntimeDaemon, offers: RuntimeOffers, to: string): RuntimeTarget | undefined => {
  const target = runtimeTarget(daemon, offers, to);
  return target === undefined || isThere(daemon, target) ? undefined : target;
};

/** What a node's lists offer of its package, the newest first, for messages. */
const offeredText = ({ package: own }: RuntimeDaemon, offers: RuntimeOffers): string =>
  [...new Set((offers[own?.name ?? ''] ?? []).map((deb) => runtimeVersionOf(deb) ?? deb))].slice(0, 5).join(', ') ||
  'none';

/** Nothing fits of what a node is offered. */
export const notOffered = (daemon: RuntimeDaemon, offers: RuntimeOffers, to: string, node: string): Trouble => ({
  because: `${node}: its package lists offer no ${daemon.package?.name ?? 'containerd'} ${to} (they have ${offeredText(daemon, offers)})`,
  fix: `choose one of these with --to; where the lists are old: apt-get update on ${node}; Debian and Ubuntu keep one minor a release, Docker's repository has containerd.io of several`,
});
