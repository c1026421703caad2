import semver from 'semver';
import { listRuntimeArchives, listRuntimeOffers } from '../commands/container-runtime.ts';
import { fitsWish, runtimeVersionOf } from '../model/runtime-version.ts';
import { readArchives, type Archives } from './archives.ts';
import { defineFact } from './fact.ts';
import type { RuntimeDaemon } from './runtime-daemon.ts';

/** Package → deb versions, newest first. */
export type RuntimeOffers = Readonly<Record<string, readonly string[]>>;

/** What the node's own lists offer of containerd. Recorded on the lab, Debian 12, apt 2.6.1. */
export const runtimeOffers = defineFact<RuntimeOffers>({
  id: 'runtime-offers',
  subject: 'node',
  command: listRuntimeOffers,
  parse: ({ stdout, stderr, code }) => {
    if (code === 3) return { absent: true };
    if (code !== 0) return { unreadable: stderr.trim() || stdout };
    const value: Record<string, string[]> = {};
    for (const line of stdout.split('\n').filter((text) => text.trim() !== '')) {
      const [name = '', version = ''] = line.split('|').map((column) => column.trim());
      if (!/^[a-z0-9][a-z0-9.+-]*$/.test(name) || version === '') return { unreadable: line };
      const known = (value[name] ??= []);
      if (!known.includes(version)) known.push(version);
    }
    return { value };
  },
});

/** The archives of containerd that apt has downloaded. Recorded on the lab, apt 2.6.1. */
export const fetchedRuntime = defineFact<Archives>({
  id: 'fetched-runtime',
  subject: 'node',
  command: listRuntimeArchives,
  parse: readArchives,
});

/** A package with its exact deb version, and the version of containerd in it. */
export interface RuntimeTarget {
  readonly name: string;
  readonly deb: string;
  readonly version: string;
}

/**
 * To what a node goes: the newest that fits the wish of what its lists offer of the package that it has, or what is
 * there, where nothing newer fits. Undefined where nothing fits, or no package is there.
 */
export const runtimeTarget = (
  { package: own }: Pick<RuntimeDaemon, 'package'>,
  offers: RuntimeOffers,
  wish: string,
): RuntimeTarget | undefined => {
  if (own === undefined) return undefined;
  const fitting = (deb: string): readonly RuntimeTarget[] => {
    const version = runtimeVersionOf(deb);
    return version === undefined || !fitsWish(version, wish) ? [] : [{ name: own.name, deb, version }];
  };
  const [there] = fitting(own.deb);
  // apt tells them newest first.
  const [newest] = (offers[own.name] ?? []).flatMap(fitting);
  return there !== undefined && (newest === undefined || semver.gte(there.version, newest.version)) ? there : newest;
};
