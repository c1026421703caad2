import { compareVersions, minorOf, minorsBetween, parseVersion, type Version } from '../model/version.ts';
import { hopsOf } from '../plan/hops.ts';
import type { OfferedMinor, WayThere } from '../report/versions-text.ts';

export interface WaySight {
  /** What kubeadm's configuration says. */
  readonly current: Version;
  /** What the nodes run. */
  readonly running: readonly Version[];
  readonly offered: readonly OfferedMinor[];
  /** Left out: the newest that every node is offered. */
  readonly to: Version | undefined;
}

const isRelease = (version: Version): boolean => !version.includes('-');

/** What of some versions not every node is offered, in words. */
const lacking = (versions: readonly Version[], offered: readonly OfferedMinor[]): string | undefined => {
  const [missing] = versions.filter((version) => !offered.some((each) => each.versions.includes(version)));
  if (missing === undefined) return undefined;
  const { versions: there = [], onSomeNodes = [] } = offered.find(({ minor }) => minor === minorOf(missing)) ?? {};
  if (onSomeNodes.includes(missing))
    return `${missing} is offered on some nodes only: bring the others’ sources up to date`;
  return `${missing} is not offered: choose one of ${there.join(', ') || 'what is offered'} with --to, or bring the mirror up to date`;
};

/** The versions that an upgrade would go over by now, as `nodeops upgrade` finds them. */
export const wayThere = ({ current, running, offered, to }: WaySight): WayThere => {
  const all = offered.flatMap(({ versions }) => versions).filter(isRelease);
  const newest = [...all, current].toSorted(compareVersions).at(-1) ?? current;
  const target = to ?? newest;
  const said = { from: current, to: target, newest: to === undefined };
  if (compareVersions(target, current) < 0)
    return {
      ...said,
      hops: [],
      trouble: `${target} is older than what is there`,
      next: `nodeops rollback --to ${target} --dry-run`,
    };
  const behind = running.some((version) => parseVersion(version) !== target);
  if (target === current && !behind) return { ...said, hops: [] };
  const beyond = offered.find(
    ({ minor, versions }) => versions.length === 0 && minorsBetween(`${minor}.0`, target) >= 0,
  );
  if (beyond !== undefined)
    return {
      ...said,
      hops: [],
      trouble: `nothing of ${beyond.minor} is offered to every node: there is no way to ${target} yet`,
    };
  const byMinor = new Map(offered.map(({ minor, versions }) => [minor, versions]));
  const hops = hopsOf({ current, target, running, offered: byMinor, via: [] });
  const trouble = lacking(hops, offered);
  return trouble === undefined ? { ...said, hops, next: `nodeops check --to ${target}` } : { ...said, hops, trouble };
};
