import { exitCode, UsageError } from '../../model/errors.ts';
import { allHosts, controlPlanes, type Cluster } from '../../model/cluster.ts';
import { paintFor } from '../../report/paint.ts';
import { runningCommands } from '../../run/adopt.ts';
import { breakLock, type Broken } from '../../run/lock/break-lock.ts';
import { holderText } from '../../run/lock/holder.ts';
import { judgeLock, type CurrentOwner } from '../../run/lock/judge-lock.ts';
import { lookAtLock, type LockSight } from '../../run/lock/look-at-lock.ts';
import { ownerText } from '../../run/lock/owner-text.ts';
import { reachableOnly } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import type { SelectionOptions } from '../inventory.ts';
import { lockJson, lockText } from '../lock-report.ts';
import { eachCluster } from '../look-session.ts';
import { lockCommand } from '../ownership.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { recordDeed } from '../recorded-deed.ts';

export interface LockShowOptions extends SelectionOptions {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
}

export interface LockBreakOptions extends SelectionOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly acceptNewHostKeys?: boolean;
}

/** `nodeops lock show`: who owns each cluster. Reads only; works without an API server. Nodes that are away: exit code 3. */
export const lockShow = (parts: Parts, options: LockShowOptions): Promise<number> =>
  eachCluster(parts, options, async (whole) => {
    const { session, lost } = await reachableOnly(whole);
    const [seen, running] = await Promise.all([lookAtLock(session), runningCommands(session)]);
    const epochs = new Map(allHosts(whole.cluster).map(({ name }) => [name, seen.epochs.get(name)]));
    const sight: LockSight = { ...seen, epochs };
    const holding = judgeLock(whole.cluster, sight, (mark) => parts.processes.isGone(mark));
    const names = controlPlanes(whole.cluster).map(({ name }) => name);
    const report = {
      cluster: whole.cluster.name,
      controlPlanes: names,
      now: parts.clock.now(),
      holding,
      sight,
      running,
      lost,
    };
    parts.stdout.write(
      options.output === 'json' ? `${lockJson(report)}\n` : lockText(report, paintFor(parts.stdout, parts.env)),
    );
    return lost.size > 0 || holding.kind === 'spoilt' ? exitCode.blocked : exitCode.done;
  });

/** The name is typed: a break that hits the wrong cluster stops somebody's work in the middle. */
const confirmed = async (
  parts: Parts,
  { name }: Cluster,
  owner: CurrentOwner,
  options: LockBreakOptions,
): Promise<boolean> => {
  if (options.yes === true) return true;
  const who = `${name} is owned by ${ownerText(owner, parts.clock.now())}.\n`;
  parts.stderr.write(`${who}Should it be at work, it stops in the middle of what it does.\n`);
  return (await parts.prompt.ask('To take the cluster from it, type its name: ')) === name;
};

/** A break is a run of its own: what it writes is in a journal before it is sent. */
const breakRecorded = async (
  parts: Parts,
  session: Session,
  sight: LockSight,
  reason: string,
): Promise<{ readonly broken: Broken; readonly directory: string }> => {
  const deed = { cluster: session.cluster.name, name: 'lock-break', parameters: { reason } };
  const { value: broken, directory } = await recordDeed<Broken>(parts, deed, async (emit, run) => {
    const { user, host } = parts.operator;
    const holder = holderText(parts.operator, parts.processes.self());
    const value = await breakLock({ session, emit, run, holder, operator: `${user}@${host}`, reason, sight });
    return { outcome: value.kind === 'broken' ? 'done' : 'blocked', value };
  });
  return { broken, directory };
};

const tellBroken = (parts: Parts, cluster: string, broken: Broken, directory: string, show: string): number => {
  if (broken.kind === 'refused') {
    parts.stderr.write(`${cluster}: the lock could not be broken: ${broken.why}\n    see more: ${show}\n`);
    return exitCode.blocked;
  }
  const { leftOut, trouble } = broken;
  parts.stdout.write(
    [
      `${cluster}: the lock is broken, epoch ${broken.epoch}: whoever had it can write no more`,
      ...(leftOut.length === 0 ? [] : [`not reached, and still its former owner's: ${leftOut.join(', ')}`]),
      ...(trouble === undefined
        ? []
        : [
            `the lease still names the former owner (${trouble}); the nodes know better, and the next run puts it right`,
          ]),
      `journal: ${directory}`,
      '',
    ].join('\n'),
  );
  return exitCode.done;
};

/** `nodeops lock break`: takes a cluster from its owner. @throws UsageError without a reason, before anything is connected to. */
export const lockBreak = (parts: Parts, options: LockBreakOptions): Promise<number> => {
  const reason = options.reason?.trim() ?? '';
  if (reason === '') throw new UsageError("why? The lease keeps it for whoever looks next: --reason 'laptop lost'");
  if (options.yes !== true && parts.stdout.isTTY !== true)
    throw new UsageError('there is no terminal to ask at: say --yes to break the lock');
  if ((options.cluster ?? []).length !== 1) throw new UsageError('the lock of which cluster? Name one: --cluster NAME');
  const breakOne = async (whole: Session): Promise<number> => {
    const { name } = whole.cluster;
    const sight = await lookAtLock((await reachableOnly(whole)).session);
    const holding = judgeLock(whole.cluster, sight, (mark) => parts.processes.isGone(mark));
    const show = lockCommand('show', name, options.inventory);
    if (holding.kind === 'spoilt') {
      parts.stderr.write(`${name}: ${holding.why}\n    see more: ${show}\nNothing was changed.\n`);
      return exitCode.blocked;
    }
    if (holding.kind === 'free') {
      parts.stdout.write(`${name} has no owner: there is nothing to break\n`);
      return exitCode.done;
    }
    if (!(await confirmed(parts, whole.cluster, holding.owner, options))) {
      parts.stdout.write('Nothing was changed.\n');
      return exitCode.done;
    }
    const { broken, directory } = await breakRecorded(parts, whole, sight, reason);
    return tellBroken(parts, name, broken, directory, show);
  };
  return eachCluster(parts, options, breakOne, { refuseWrites: false });
};
