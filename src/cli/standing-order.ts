import { quote } from '../commands/quote.ts';
import type { Cluster } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Event } from '../model/event.ts';
import { BrokenJournal } from '../ports/journal-store.ts';
import { askAgain } from './ask-again.ts';
import type { ClusterWish } from './cluster-wish.ts';
import { wishesToUpgrade } from './commands/upgrade.ts';
import { absoluteInventory } from './inventory.ts';
import type { Parts } from './parts.ts';
import type { PlaybookOptions } from './playbook-options.ts';
import { isUnfinished, newestParts, runParts, type RunPart } from './resumable.ts';
import type { StandingOptions } from './standing-options.ts';
import { readRuns } from './stored-runs.ts';
import { tellRun } from './told-run.ts';
import { wavesBefore } from './waves-before.ts';

/** What is to be done with a cluster whose window is open, without anybody there. */
export type StandingOrder =
  | {
      readonly kind: 'begin';
      readonly wishes: readonly ClusterWish[];
      /** The person's yes that it rests on, where the cluster wants more than the inventory's wish. */
      readonly consent: Pick<PlaybookOptions, 'reason' | 'confirm' | 'promote'>;
    }
  /** A person's business: nothing is done in this opening. */
  | { readonly kind: 'leave'; readonly why: string }
  /** Something else comes first: it is asked for again while the window is open. */
  | { readonly kind: 'wait'; readonly why: string };

type RunStarted = Extract<Event, { type: 'run-started' }>;

const leave = (why: string): StandingOrder => ({ kind: 'leave', why });
const wait = (why: string): StandingOrder => ({ kind: 'wait', why });

const byItself = 'nodeops daemon';
/** A person's reason goes along, however often a run is gone on with. */
const goingOn = (run: string, reason: string | undefined): string => {
  const own = reason?.replace(/^nodeops daemon, going on with \S+?(?:: |$)/, '') ?? '';
  const persons = own.startsWith(byItself) ? '' : own;
  return `${byItself}, going on with ${run}${persons === '' ? '' : `: ${persons}`}`;
};

const startOf = async (parts: Parts, { run, cluster }: RunPart): Promise<RunStarted | undefined> => {
  try {
    const { events } = await (await parts.journals()).readCluster(run, cluster, () => undefined);
    return events.find((event) => event.type === 'run-started');
  } catch (error) {
    if (error instanceof BrokenJournal) return undefined;
    throw error;
  }
};

/** Stopped by a signal that ended this program, not by somebody who stopped the run. */
const stoppedWithUs = ({ state, stored, cluster }: RunPart, { reason }: RunStarted): boolean => {
  const end = stored.transitions.findLast((event) => event.cluster === cluster && event.type === 'run-finished');
  const bySignal = end?.type === 'run-finished' && end.stoppedBy === undefined;
  return state === 'interrupted' && bySignal && reason?.startsWith(byItself) === true;
};

/** A yes that names the cluster is a person's, also where it was said for the run that this one goes on with. */
const wasConfirmed = ({ confirmedBy }: RunStarted): boolean =>
  confirmedBy === 'typed name' || confirmedBy === '--confirm';

/** What is left of a run that stopped for want of time, as the person wanted it who began it. */
const goOn = async (
  parts: Parts,
  cluster: Cluster,
  part: RunPart,
  options: StandingOptions,
): Promise<StandingOrder> => {
  const { run, state, wish } = part;
  const typed = quote(['nodeops', 'resume', run, '--cluster', cluster.name]);
  const started = await startOf(parts, part);
  if (wish === undefined || started === undefined) return leave(`the record of the run ${run} is broken: ${typed}`);
  if (state !== 'outside-window' && !stoppedWithUs(part, started))
    return leave(`the run ${run} ended ${state}: a person goes on with it: ${typed}`);
  if (cluster.protected && !wasConfirmed(started))
    return leave(`it is protected, and nobody confirmed the run ${run} by its name: ${typed}`);
  if (cluster.wave?.approval === true && started.waveApprovedBy === undefined)
    return leave(`nobody let the wave ${cluster.wave.name} begin in the run ${run}: ${typed}`);
  return {
    kind: 'begin',
    wishes: askAgain(parts, { wish, run }, options),
    consent: {
      reason: goingOn(run, started.reason),
      ...(cluster.protected ? { confirm: [cluster.name] } : {}),
      ...(cluster.wave?.approval === true ? { promote: [cluster.wave.name] } : {}),
    },
  };
};

const beginAnew = (parts: Parts, cluster: Cluster, options: StandingOptions): StandingOrder => {
  const { inventory, drain, maxApiDowntime } = options;
  const { name, version, wave } = cluster;
  const typed = quote(['nodeops', 'upgrade', '--inventory', inventory, '--cluster', name]);
  if (version === undefined) return leave('the inventory wishes no `version:` for it');
  if (cluster.protected) return leave(`it is protected: a person begins it: ${typed} --reason '…'`);
  if (wave?.approval === true) return leave(`its wave ${wave.name} wants a person's yes: ${typed}`);
  const way = {
    ...(drain === undefined ? {} : { drain }),
    ...(maxApiDowntime === undefined ? {} : { maxApiDowntime }),
  };
  return {
    kind: 'begin',
    wishes: wishesToUpgrade(parts, { inventory, cluster: [name], output: options.output, ...way }),
    consent: { reason: `${byItself}: its window is open` },
  };
};

/** Whatever the records of this machine say: what the cluster itself knows of a run that was begun elsewhere. */
const elsewhere = async (
  parts: Parts,
  cluster: Cluster,
  part: RunPart | undefined,
  options: StandingOptions,
): Promise<StandingOrder | 'done there' | 'nothing'> => {
  const told = await tellRun(parts, cluster, options);
  if (told.kind === 'unseen') return wait(told.says.map((line) => line.trim()).join('; '));
  if (told.run === undefined || told.run === part?.run) return 'nothing';
  if (told.kind !== 'unfinished') return 'done there';
  const typed = quote(['nodeops', 'resume', '--inventory', options.inventory, '--cluster', cluster.name]);
  return wait(`the run ${told.run} of another machine has it, or left it (${told.state}): ${typed}`);
};

/**
 * Whether a run came to its cluster: one of many keeps a wish for each from its beginning, and ends before the turn of
 * some, because a window closed for instance.
 */
const cameToIt = ({ state, stored, cluster }: RunPart): boolean =>
  state === 'running' || stored.transitions.some((event) => event.cluster === cluster && event.type === 'run-started');

const ordered = async (
  parts: Parts,
  cluster: Cluster,
  all: readonly Cluster[],
  options: StandingOptions,
): Promise<StandingOrder> => {
  const inventory = absoluteInventory(parts, options);
  const kept = await runParts(await parts.journals(), await readRuns(parts));
  const recorded = newestParts(kept.filter(cameToIt)).filter(({ wish }) => wish?.inventory === inventory);
  const part = recorded.find((each) => each.cluster === cluster.name);
  if (part?.state === 'running') return wait(`the run ${part.run} is at work there`);
  const left = part !== undefined && isUnfinished(part) ? part : undefined;
  const anew = beginAnew(parts, cluster, options);
  // What nobody may begin need not be asked for.
  if (left === undefined && anew.kind !== 'begin') return anew;
  const there = await elsewhere(parts, cluster, part, options);
  if (typeof there !== 'string') return there;
  const order = left === undefined || there === 'done there' ? anew : await goOn(parts, cluster, left, options);
  if (order.kind !== 'begin') return order;
  const first = await wavesBefore(parts, cluster, { all, recorded, options });
  return first === undefined ? order : wait(first);
};

/**
 * What is to be done with a cluster whose window is open: to go on with the run that stopped for want of time, or to
 * take it to the version that the inventory wishes. `all`: every cluster of the inventory. What needs a person's yes, or
 * a person's look, is left alone. Reads only.
 */
export const standingOrder = async (
  parts: Parts,
  cluster: Cluster,
  all: readonly Cluster[],
  options: StandingOptions,
): Promise<StandingOrder> => {
  try {
    return await ordered(parts, cluster, all, options);
  } catch (error) {
    // An inventory that says something else by now than when the run was begun.
    if (error instanceof UsageError) return leave(error.message);
    throw error;
  }
};
