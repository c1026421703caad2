import { judgeLock } from '../run/lock/judge-lock.ts';
import { lookAtLock } from '../run/lock/look-at-lock.ts';
import { ownerText } from '../run/lock/owner-text.ts';
import type { Session } from '../run/session.ts';
import type { SelectionOptions } from './inventory.ts';
import { lockCommand } from './ownership.ts';
import type { Parts } from './parts.ts';

/** Why nothing is written beside runs: one is at work there; undefined where none is. Reads only. */
export const whyOwned = async (
  parts: Parts,
  session: Session,
  { inventory }: Pick<SelectionOptions, 'inventory'>,
): Promise<string | undefined> => {
  const { name } = session.cluster;
  const holding = judgeLock(session.cluster, await lookAtLock(session), (mark) => parts.processes.isGone(mark));
  if (holding.kind === 'spoilt') return holding.why;
  if (holding.kind === 'free' || holding.owner.gone) return undefined;
  return `${name} is owned by ${ownerText(holding.owner, parts.clock.now())}: nothing is written beside it; see more: ${lockCommand('show', name, inventory)}`;
};
