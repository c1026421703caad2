import type { ProcessMark } from '../../ports/processes.ts';

/** Who owns a cluster, as its nodes and its lease name it. */
export interface Holder {
  /** `ana@bastion` */
  readonly operator: string;
  readonly process: ProcessMark;
}

const form = /^(\S+):(\d+):([0-9a-f]+)-(\d+)$/;

/** One word, whatever a user or a host is called. */
const word = (text: string): string => text.replaceAll(/[^\w.-]/g, '_') || '_';

/** `ana@bastion:4242:0a1b2c3d4e5f-123456`: operator, PID, and what tells that process from every other of that PID. */
export const holderText = (
  { user, host }: { readonly user: string; readonly host: string },
  { pid, place, startedAt }: ProcessMark,
): string => `${word(user)}@${word(host)}:${pid}:${place}-${startedAt}`;

/** Undefined for what nodeops did not write. */
export const parseHolder = (text: string): Holder | undefined => {
  const [, operator, pid, place, startedAt] = form.exec(text) ?? [];
  if (operator === undefined || place === undefined || startedAt === undefined) return undefined;
  return { operator, process: { pid: Number(pid), place, startedAt } };
};

/** Before the run's name where nodes are owned by nobody, because a lock was broken. */
export const breakMark = 'break-';

/** The lease's holderIdentity: the holder and its run. */
export const leaseIdentity = (holder: string, run: string): string => `${holder}/${run}`;

export const splitIdentity = (identity: string): { readonly holder: string; readonly run: string } => {
  const at = identity.lastIndexOf('/');
  return at < 0 ? { holder: identity, run: '?' } : { holder: identity.slice(0, at), run: identity.slice(at + 1) };
};
