import { valueOf } from '../facts/fact.ts';
import { newestFirst, restorePoints } from '../facts/restore-points.ts';
import type { Node } from '../model/cluster.ts';
import { allSteps, type Plan, type PlannedPhase } from '../model/plan.ts';
import { compareVersions, parseVersion, type Version } from '../model/version.ts';
import { observeNode } from './observe.ts';
import type { Session } from './session.ts';

/** The version that was being gone to at a step: of several on the way, the one whose turn it was. */
export const versionAt = ({ phases, parameters }: Plan, address: string): Version | undefined => {
  const isThere = (phase: PlannedPhase): boolean =>
    allSteps({ phases: [phase] }).some((step) => step.address === address);
  const named = allSteps({ phases: phases.slice(0, phases.findIndex(isThere) + 1) }).map(
    (step) => step.with['version'],
  );
  return parseVersion(String(named.findLast((version) => typeof version === 'string') ?? parameters['version']));
};

/**
 * Where nodes came from that are on their way to a version, as they kept it themselves: also where an earlier run had
 * begun. Of control planes where one has begun: workers may come from further back (`--workers last`). The oldest where
 * they differ; undefined where none has begun.
 */
export const startOfWay = async (
  session: Session,
  nodes: readonly Node[],
  target: Version,
): Promise<Version | undefined> => {
  const kept = await Promise.all(
    nodes.map(async ({ name, role }) => {
      const seen = await observeNode(session, name, [restorePoints]);
      const points = newestFirst(valueOf(restorePoints, seen.get(restorePoints.key)) ?? []);
      const from = points.find(({ to }) => to === target)?.from;
      return from === undefined ? [] : [{ role, from }];
    }),
  );
  const begun = kept.flat();
  const ofControlPlanes = begun.filter(({ role }) => role === 'control-plane');
  return (ofControlPlanes.length > 0 ? ofControlPlanes : begun).map(({ from }) => from).toSorted(compareVersions)[0];
};
