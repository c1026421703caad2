import type { Event } from '../../model/event.ts';
import type { ClusterRecord, Journal, JournalStore, RunRecord } from '../../ports/journal-store.ts';
import { SimulatorGap } from '../gap.ts';
import type { Program } from './program.ts';

export interface KeptCluster {
  readonly events: Event[];
  plan: string | undefined;
  wish: string | undefined;
  baseline: string | undefined;
}

/** What one machine's disk keeps of a run. */
export interface KeptRun {
  readonly id: string;
  readonly fleet: Event[];
  readonly clusters: Map<string, KeptCluster>;
}

/** The runs of one operator's machine: outlives the programs on it. */
export type Machine = Map<string, KeptRun>;

export interface JournalHooks {
  /** Before an event of a cluster is on disk: whoever kills the program here has it not recorded. */
  readonly before: (event: Event) => void;
  /** Once it is on disk. */
  readonly after: (event: Event) => void;
}

/** Written by a live program only: a dead one's call stays unanswered for ever. */
const appendTo = (kept: Event[], program: Program, hooks: JournalHooks | undefined): Journal => ({
  append: (event) => {
    hooks?.before(event);
    if (program.state === 'dead') return new Promise(() => undefined);
    kept.push(event);
    hooks?.after(event);
    return new Promise((resolve) => program.deliver(resolve));
  },
});

const keptRun = (machine: Machine, id: string): KeptRun => {
  const kept = machine.get(id);
  if (kept === undefined) throw new RangeError(`no run ${id} on this machine`);
  return kept;
};

/** What `nodeops audit` does is not simulated. */
const notModelled = (what: string) => (): Promise<never> => Promise.reject(new SimulatorGap(what));

/** Journals in memory, for one program on one machine. */
export const createJournals = (machine: Machine, program: Program, hooks: JournalHooks): JournalStore => ({
  create: (id) => {
    const kept: KeptRun = { id, fleet: [], clusters: new Map() };
    machine.set(id, kept);
    program.run = id;
    const record: RunRecord = {
      id,
      fleet: appendTo(kept.fleet, program, undefined),
      cluster: (name): Promise<ClusterRecord> => {
        const cluster: KeptCluster = { events: [], plan: undefined, wish: undefined, baseline: undefined };
        kept.clusters.set(name, cluster);
        return Promise.resolve({
          journal: appendTo(cluster.events, program, hooks),
          directory: `/state/runs/${id}/clusters/${name}`,
          writePlan: (json) => {
            cluster.plan = json;
            return Promise.resolve();
          },
          writeWish: (json) => {
            cluster.wish = json;
            return Promise.resolve();
          },
          writeBaseline: (json) => {
            cluster.baseline = json;
            return Promise.resolve();
          },
        });
      },
      close: () => Promise.resolve(),
    };
    return Promise.resolve(record);
  },
  list: () => Promise.resolve([...machine.keys()]),
  readWish: (id, cluster) => Promise.resolve(machine.get(id)?.clusters.get(cluster)?.wish),
  readBaseline: (id, cluster) => Promise.resolve(machine.get(id)?.clusters.get(cluster)?.baseline),
  remove: (id) => Promise.resolve(void machine.delete(id)),
  read: (id) => {
    const { fleet, clusters } = keptRun(machine, id);
    const transitions = [...fleet];
    const names = [...clusters.keys()].toSorted();
    return Promise.resolve({
      id,
      directory: `/state/runs/${id}`,
      writer: 'gone',
      clusters: names,
      transitions,
      notes: [],
    });
  },
  readCluster: (id, name) => {
    const kept = keptRun(machine, id).clusters.get(name);
    if (kept === undefined) return Promise.reject(new RangeError(`run ${id} was not about ${name}`));
    const { events, plan } = kept;
    const directory = `/state/runs/${id}/clusters/${name}`;
    return Promise.resolve({ name, directory, events: [...events], ...(plan === undefined ? {} : { plan }) });
  },
  audit: notModelled('an audit'),
});
