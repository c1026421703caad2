import { parseHolder } from './holder.ts';
import type { CurrentOwner } from './judge-lock.ts';

const clockTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** When an owner last showed that it lives; written times are those of another machine. */
export const signOfLife = ({ renewedAt, silentMs }: CurrentOwner, now: number): string => {
  if (silentMs !== undefined) return `last heartbeat ${seconds(silentMs)} ago`;
  if (renewedAt === undefined) return 'no sign of life';
  return now >= renewedAt
    ? `last renewal ${seconds(now - renewedAt)} ago`
    : `last renewal ${seconds(renewedAt - now)} ahead of this clock`;
};

/** `ana@bastion, process 4242, run 2026-11-21-093012-1f3a (upgrade), since 2026-11-21 09:30:12Z, last heartbeat 8 s ago` */
export const ownerText = (owner: CurrentOwner, now: number): string => {
  const holder = parseHolder(owner.holder);
  return [
    ...(holder === undefined ? [owner.holder] : [holder.operator, `process ${holder.process.pid}`]),
    `run ${owner.run}${owner.playbook === undefined ? '' : ` (${owner.playbook})`}`,
    ...(owner.since === undefined ? [] : [`since ${clockTime(owner.since)}`]),
    signOfLife(owner, now),
  ].join(', ');
};
