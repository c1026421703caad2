import { controlPlanes, type Cluster } from '../model/cluster.ts';
import { withoutControlSequences } from '../model/text.ts';
import { judgeLock } from '../run/lock/judge-lock.ts';
import { lastRun, type LastRun } from '../run/lock/last-run.ts';
import { readLeftWish, type LeftWish } from '../run/lock/left-wish.ts';
import { lookAtLock } from '../run/lock/look-at-lock.ts';
import { signOfLife } from '../run/lock/owner-text.ts';
import { reachableOnly } from '../run/reach.ts';
import type { Session } from '../run/session.ts';
import { inLookSession } from './look-session.ts';
import { lockCommand } from './ownership.ts';
import type { Parts } from './parts.ts';

/** What a cluster itself tells of the run that had it last. */
export type ToldRun =
  | {
      readonly kind: 'unfinished';
      readonly cluster: Cluster;
      readonly run: string;
      readonly last: LastRun;
      /** Undefined where it was not kept, or is of another nodeops. */
      readonly wish: LeftWish | undefined;
      /** Its state in a word: `failed`. */
      readonly state: string;
      /** Who, when, how it stands: for a person. */
      readonly says: readonly string[];
    }
  | {
      readonly kind: 'nothing' | 'unseen';
      readonly cluster: Cluster;
      readonly run: string | undefined;
      /** When its last run came to its end; undefined where nothing there tells. */
      readonly endedAt?: number | undefined;
      readonly says: readonly string[];
    };

export interface ToldOptions {
  readonly inventory?: string;
  readonly acceptNewHostKeys?: boolean;
}

const clockTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;

const begun = (last: LastRun, wish: LeftWish | undefined, run: string): string => {
  const [by, at] = [wish?.by ?? last.by ?? 'somebody', wish?.at ?? last.at];
  return [
    `${by} began the run ${run}${at === undefined ? '' : ` on ${clockTime(at)}`}`,
    ...(last.from === undefined ? [] : [`from ${last.from}`]),
  ].join(', ');
};

/** The state in a word, and in a sentence. `life`: when its owner was last heard of. */
const stateOf = ({ end }: LastRun, leaseSeen: boolean, life: string): readonly [string, string] => {
  if (end.kind === 'ended')
    return [end.outcome, `it ended${end.at === undefined ? '' : ` on ${clockTime(end.at)}`}: ${end.outcome}`];
  if (end.kind === 'broken') return ['its lock was broken', `it had not ended when ${end.by} broke its lock`];
  return leaseSeen
    ? ['unfinished', `it has not let go of the cluster: ${life}`]
    : ['unfinished', `no API server answers: the nodes do not say whether it ended; ${life}`];
};

const judge = (parts: Parts, cluster: Cluster, sight: Awaited<ReturnType<typeof lookAtLock>>): ToldRun | 'unseen' => {
  const last = lastRun(cluster, sight);
  if (last === 'unseen') return 'unseen';
  if (last === 'none') {
    const says = [`${cluster.name}: no run of nodeops has changed it: nothing to resume`];
    return { kind: 'nothing', cluster, run: undefined, says };
  }
  const wish = last.wish === undefined ? undefined : readLeftWish(last.wish);
  const run = wish?.run ?? last.run;
  const holding = judgeLock(cluster, sight, (mark) => parts.processes.isGone(mark));
  const life = holding.kind === 'held' ? signOfLife(holding.owner, parts.clock.now()) : 'no sign of life';
  const [state, sentence] = stateOf(last, sight.lease !== undefined, life);
  const says = [`${cluster.name}: ${begun(last, wish, run)}`, `    ${sentence}`].map(withoutControlSequences);
  return state === 'done'
    ? {
        kind: 'nothing',
        cluster,
        run,
        endedAt: last.end.kind === 'ended' ? last.end.at : undefined,
        says: [...says, '    nothing to resume'],
      }
    : { kind: 'unfinished', cluster, run, last, wish, state, says };
};

/** The same as `tellRun` in a session that is open: of a cluster, the nodes that answer, and why each other does not. */
export const tellRunSeen = async (
  parts: Parts,
  cluster: Cluster,
  { session, lost }: { readonly session: Session; readonly lost: ReadonlyMap<string, string> },
  { inventory }: Pick<ToldOptions, 'inventory'>,
): Promise<ToldRun> => {
  const show = `    see more: ${lockCommand('show', cluster.name, inventory)}`;
  const sight = await lookAtLock(session);
  if (sight.spoilt.length > 0)
    return { kind: 'unseen', cluster, run: undefined, says: [`${cluster.name}: ${sight.spoilt.join('; ')}`, show] };
  const told = judge(parts, cluster, sight);
  if (told !== 'unseen') return told;
  const away = controlPlanes(cluster).flatMap(({ name }) => {
    const why = lost.get(name);
    return why === undefined ? [] : [`    ${name}: ${why}`];
  });
  const says = [`${cluster.name}: neither its lease nor a control plane can be asked for its last run`, ...away, show];
  return { kind: 'unseen', cluster, run: undefined, says };
};

/** What the run that had a cluster last left on it, also where no API server answers. Reads only. */
export const tellRun = (parts: Parts, cluster: Cluster, options: ToldOptions): Promise<ToldRun> =>
  inLookSession(parts, cluster, options, async (whole) =>
    tellRunSeen(parts, cluster, await reachableOnly(whole), options),
  );
