import type { Actor } from '../world/actor.ts';
import type { Host, Package } from '../world/host.ts';

/** As `${db:Status-Abbrev}`: what is wanted, what is, and whether it must be reinstalled. Source: dpkg-query(1). */
export const abbreviation = ({ held, status, reinstall }: Package): string => {
  const state = { installed: 'i', unpacked: 'U', 'half-installed': 'H', 'half-configured': 'F' }[status];
  return `${held ? 'h' : 'i'}${state}${status === 'half-installed' || reinstall === true ? 'R' : ' '}`;
};

/** Sorted by name, as dpkg lists them. */
export const sortedPackages = (host: Host): readonly Package[] =>
  [...host.packages.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Sets or lifts a hold: dpkg's wanted state. */
export const setHold = (host: Host, found: Package, held: boolean, actor: Actor): void => {
  if (found.held === held) return;
  found.held = held;
  host.world.emit({ type: 'hold-changed', host: host.name, name: found.name, held, actor });
};

/** What dpkg shows changes as soon as a package is unpacked, and with it the files. */
export const setVersion = (host: Host, found: Package, version: string, actor: Actor): void => {
  const from = found.version;
  found.version = version;
  if (from === version) return;
  const known = from === '' ? {} : { from };
  host.world.emit({ type: 'package-changed', host: host.name, name: found.name, ...known, to: version, actor });
};

/** Files here mean that a dpkg did not end well. Source: apt, debsystem.cc, `CheckUpdates`; dpkg, `dbmodify.c`. */
export const updatesDirectory = '/var/lib/dpkg/updates';
const update = `${updatesDirectory}/0000`;

export const wasInterrupted = (host: Host): boolean => host.files.list(updatesDirectory).length > 0;

export const beginUpdates = (host: Host, actor: Actor): void => host.files.write(update, 'Package:\n', actor);

/** Every dpkg that writes merges them first, whatever it is for. */
export const mergeUpdates = (host: Host, actor: Actor): void => {
  if (host.files.stat(update) !== undefined) host.files.remove(update, actor);
};
