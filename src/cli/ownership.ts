import { exitCode } from '../model/errors.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Failure } from '../model/event.ts';
import { quote } from '../commands/quote.ts';
import { durationOf } from '../model/duration.ts';
import { allSteps } from '../model/plan.ts';
import { moreWork } from '../plan/more-work.ts';
import { planText } from '../report/plan-text.ts';
import { paintFor } from '../report/paint.ts';
import { ownerText } from '../run/lock/owner-text.ts';
import { watchLock, type Claim, type Watched } from '../run/lock/watch-lock.ts';
import type { Prepared } from '../run/prepare-plan.ts';
import type { Approval } from '../run/run-owned.ts';
import type { Session } from '../run/session.ts';
import { obstaclesOf, obstaclesText, onlyWindow, type Obstacle } from './obstacles.ts';
import type { Parts } from './parts.ts';

export interface OwnershipOptions {
  readonly inventory?: string;
  readonly waitForLock?: string;
  readonly yes?: boolean;
}

/** What a person types about the lock of a cluster. */
export const lockCommand = (verb: 'show' | 'break', cluster: string, inventory: string | undefined): string =>
  quote([
    'nodeops',
    'lock',
    verb,
    ...(inventory === undefined ? [] : ['--inventory', inventory]),
    '--cluster',
    cluster,
  ]);

/** How long an owner is waited for, in ms; 0 where nothing was asked. @throws UsageError */
export const waitForLock = ({ waitForLock: text }: OwnershipOptions): number =>
  text === undefined ? 0 : durationOf('--wait-for-lock', text);

const heldText = (parts: Parts, { cluster }: Session, options: OwnershipOptions, watched: Exclude<Watched, Claim>) => {
  const show = lockCommand('show', cluster.name, options.inventory);
  if (watched.kind === 'spoilt') return [`${cluster.name}: ${watched.why}`, `look at it there; then ${show}`];
  const by = ownerText(watched.owner, parts.clock.now());
  return [
    `${cluster.name} is owned by ${by}: ${watched.why}`,
    `see more: ${show}`,
    'wait until it is released: the same command with --wait-for-lock 30m',
    `should its owner be gone for good: ${lockCommand('break', cluster.name, options.inventory)} --reason '…'`,
  ];
};

/**
 * Finds out, before anything else, whether the cluster may be taken: an owner that is at work is told of, with exit
 * code 3, before a plan of a cluster in motion is shown. Reads only.
 */
export const findClaim = async (
  parts: Parts,
  session: Session,
  options: OwnershipOptions,
): Promise<Claim | { readonly code: number }> => {
  const watched = await watchLock(session, {
    processes: parts.processes,
    waitMs: waitForLock(options),
    tell: (text) => void parts.stderr.write(`${text}\n`),
  });
  if (watched.kind === 'claim') return watched;
  const [what, ...fixes] = heldText(parts, session, options, watched);
  parts.stderr.write(`${what}\n${fixes.map((line) => `    ${line}\n`).join('')}Nothing was changed.\n`);
  return { code: exitCode.blocked };
};

interface ApprovalOptions extends OwnershipOptions {
  /** What is typed once nothing stands in the way any more. */
  readonly again: string;
}

/** How a run ends of whose plan nothing is begun, although what an earlier one left behind is seen to. */
export const refusalOf = (cluster: Cluster, obstacles: readonly Obstacle[], again: string): Failure => ({
  cluster: cluster.name,
  address: 'plan',
  step: 'plan',
  kind: onlyWindow(obstacles) ? 'outside-window' : 'blocked',
  message: obstaclesText(cluster, obstacles).trimEnd(),
  state: ['nothing of the plan was begun; what an earlier run had left behind was seen to'],
  next: [`once nothing stands in the way: ${again}`],
});

/**
 * Judges the plan that was made anew once the cluster was owned. It is asked for again only where it would do more
 * than the one that was shown; with --yes it is said, and goes on.
 */
export const approveFresh =
  (parts: Parts, { cluster }: Session, shown: Prepared, { again, ...options }: ApprovalOptions) =>
  async ({ plan, leftBehind }: Prepared): Promise<Approval> => {
    const obstacles = obstaclesOf(plan);
    if (obstacles.length > 0 && leftBehind.length > 0)
      return { kind: 'refused', failure: refusalOf(cluster, obstacles, again) };
    if (obstacles.length > 0) {
      parts.stderr.write(`${obstaclesText(cluster, obstacles)}Nothing was changed.\n`);
      return { kind: 'end', outcome: onlyWindow(obstacles) ? 'outside-window' : 'blocked' };
    }
    if (allSteps(plan).every(({ verdict }) => verdict.kind === 'satisfied')) {
      parts.stderr.write(`${cluster.name}: nothing is left to do\n`);
      return { kind: 'end', outcome: 'done' };
    }
    const more = moreWork(shown.plan, plan);
    if (more.length === 0) return { kind: 'go-on' };
    parts.stderr.write(
      `${cluster.name} has changed since the plan was made; there is more to do: ${more.join(', ')}\n`,
    );
    if (options.yes === true) return { kind: 'go-on' };
    parts.stderr.write(planText(plan, paintFor(parts.stderr, parts.env)));
    return (await parts.prompt.confirm(`Begin with ${cluster.name} all the same?`))
      ? { kind: 'go-on' }
      : { kind: 'end', outcome: 'interrupted' };
  };
