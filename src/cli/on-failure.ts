import type { Version } from '../model/version.ts';
import type { RecordedRun } from '../run/record-run.ts';
import type { Session } from '../run/session.ts';
import { startOfWay, versionAt } from '../run/start-of-way.ts';
import type { ClusterWish } from './cluster-wish.ts';
import type { Parts } from './parts.ts';
import { shippedPlaybook } from './playbooks.ts';
import { commandOf } from './typed-wish.ts';
import { drainOfWay } from './way.ts';

/**
 * Where a run goes back to that was asked to with `--on-failure rollback` and is left half-done: the version that its
 * nodes kept before the minor in hand. Undefined where nothing is to be gone back from; what stands in the way is told.
 */
export const whereBack = async (
  parts: Parts,
  session: Session,
  { cluster, nodes, parameters }: ClusterWish,
  { plan, result: { halfDone, outcome, failure } }: RecordedRun,
): Promise<Version | undefined> => {
  // Drift is what somebody else did: they are asked first.
  if (parameters['onFailure'] !== 'rollback' || halfDone !== true || outcome === 'drift' || parts.stopping())
    return undefined;
  const target = versionAt(plan, failure?.address ?? '');
  const start = target === undefined ? undefined : await startOfWay(session, nodes, target);
  parts.stderr.write(
    start === undefined
      ? `${cluster.name}: no node kept anything on the way to ${target ?? 'the version'}: there is nothing to go back from\n`
      : `${cluster.name}: going back to ${start}, as --on-failure rollback says\n`,
  );
  return start;
};

/** The way back of the same nodes. */
export const wishOfWayBack = (
  parts: Parts,
  { cluster, nodes, ...wish }: ClusterWish,
  version: Version,
): ClusterWish => {
  // A saved plan is one of the way there.
  const { plan: _there, ...selection } = wish.asked;
  const asked = { ...selection, command: 'run', playbook: 'rollback' } as const;
  const parameters = { version, ...drainOfWay(wish.parameters) };
  return {
    cluster,
    nodes,
    // What is half-done is not left so because the window closes over it.
    ignoreWindow: '--on-failure rollback of a run that was begun in it',
    playbook: shippedPlaybook(parts, 'rollback'),
    parameters,
    again: commandOf({ format: 1, cluster: cluster.name, parameters, ...asked }),
    asked,
  };
};
