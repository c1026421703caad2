import type { Event, Failure } from '../model/event.ts';

/** What a run waits for, or what it stopped at, as its journal tells. Times in milliseconds since the epoch. */
export interface Awaited {
  /** The step that is open, or that failed. */
  readonly step?: { readonly title: string; readonly address: string; readonly node?: string; readonly since: number };
  /** What the step was last said to wait for, and since when it was that. */
  readonly waitingFor?: { readonly what: string; readonly since: number };
  /** Commands whose end is not known. */
  readonly commands: readonly { readonly node: string; readonly line: string; readonly since: number }[];
  readonly failure?: Failure & { readonly at: number };
}

const openStep = (events: readonly Event[]): Awaited['step'] => {
  const open = new Map<string, NonNullable<Awaited['step']>>();
  for (const event of events) {
    if (event.type === 'step-started') {
      const { title, address, node, at } = event;
      open.set(address, { title, address, ...(node === undefined ? {} : { node }), since: at });
    } else if (event.type === 'step-finished') open.delete(event.address);
  }
  return [...open.values()].at(-1);
};

/** Since when it waits for the same: the first of the last looks that all said so. */
const waitingFor = (events: readonly Event[], address: string): Awaited['waitingFor'] => {
  const looks = events.flatMap((event) => (event.type === 'step-observed' && event.address === address ? [event] : []));
  const last = looks.at(-1);
  if (last?.verdict.kind !== 'pending') return undefined;
  const what = last.verdict.waitingFor;
  let since = last.at;
  for (const { at, verdict } of looks.toReversed()) {
    if (verdict.kind !== 'pending' || verdict.waitingFor !== what) break;
    since = at;
  }
  return { what, since };
};

const openCommands = (events: readonly Event[]): Awaited['commands'] => {
  const open = new Map<string, Awaited['commands'][number]>();
  for (const event of events) {
    if (event.type === 'command-started') open.set(event.id, { node: event.node, line: event.line, since: event.at });
    else if (event.type === 'command-finished') open.delete(event.id);
  }
  return [...open.values()];
};

/** Of one cluster's part of a run. Nothing is awaited by a run that came to a good end. */
export const awaitedOf = (events: readonly Event[]): Awaited => {
  const end = events.findLast((event) => event.type === 'run-finished');
  if (end?.outcome === 'done') return { commands: [] };
  const step = openStep(events);
  const waits = step === undefined ? undefined : waitingFor(events, step.address);
  return {
    ...(step === undefined ? {} : { step }),
    ...(waits === undefined ? {} : { waitingFor: waits }),
    commands: openCommands(events),
    ...(end?.failure === undefined ? {} : { failure: { ...end.failure, at: end.at } }),
  };
};
