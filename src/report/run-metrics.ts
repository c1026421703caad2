import { Gauge, Registry } from 'prom-client';
import type { Event, RunOutcome } from '../model/event.ts';
import { stepsOf, type Plan } from '../model/plan.ts';
import { apiProbe } from '../model/probe.ts';
import { isEviction } from './eviction.ts';

type State = RunOutcome | 'running';
const states: readonly State[] = ['running', 'done', 'failed', 'blocked', 'drift', 'interrupted', 'outside-window'];

/** What is still to come of one node in one phase. */
interface Lane {
  readonly node: string;
  readonly phase: string;
  readonly steps: Set<string>;
}

const lanesOf = ({ phases }: Plan): readonly Lane[] =>
  phases.flatMap(({ name: phase, lanes }) =>
    lanes.flatMap(({ node, items }) => {
      const left = stepsOf(items);
      if (node === undefined || left.every(({ verdict }) => verdict.kind === 'satisfied')) return [];
      return [{ node, phase, steps: new Set(left.map(({ address }) => address)) }];
    }),
  );

const distinct = (lanes: readonly Lane[]): number => new Set(lanes.map(({ node }) => node)).size;

/** What runs of playbooks do, as metrics in the text format of Prometheus. Of each cluster the newest run counts. */
export class RunMetrics {
  readonly #registry = new Registry();
  readonly #lanes = new Map<string, readonly Lane[]>();
  readonly #state = this.#gauge('state', 'State of the cluster’s newest run: 1 for the one that it is in.', 'state');
  readonly #started = this.#gauge('started_timestamp_seconds', 'When the cluster’s newest run began.');
  readonly #duration = this.#gauge('duration_seconds', 'How long the cluster’s newest run took, once it has ended.');
  readonly #success = this.#gauge(
    'last_success_timestamp_seconds',
    'When a run of the cluster last came to its end well.',
  );
  readonly #nodes = this.#gauge('nodes', 'Nodes in which something is to do in the cluster’s newest run.');
  readonly #done = this.#gauge('nodes_done', 'Those of them that came to their end.');
  readonly #evicted = this.#gauge('pods_evicted', 'Pods that the cluster’s newest run has evicted.');
  readonly #away = this.#gauge('api_downtime_seconds', 'For how long the API was away in the cluster’s newest run.');

  #gauge(name: string, help: string, ...labels: readonly string[]): Gauge {
    return new Gauge({
      name: `nodeops_run_${name}`,
      help,
      labelNames: ['cluster', ...labels],
      registers: [this.#registry],
    });
  }

  /** What is known of earlier runs: when one last came to its end well, in ms since the epoch. */
  wentWell(cluster: string, at: number): void {
    this.#success.set({ cluster }, at / 1000);
  }

  begin(plan: Plan): void {
    const { cluster } = plan;
    this.#lanes.set(cluster, lanesOf(plan));
    this.#nodes.set({ cluster }, distinct(this.#lanes.get(cluster) ?? []));
    for (const each of [this.#done, this.#evicted, this.#away]) each.set({ cluster }, 0);
    this.#duration.remove({ cluster });
  }

  event(event: Event): void {
    const { cluster, type, at } = event;
    if (type === 'run-started') {
      this.#started.set({ cluster }, at / 1000);
      this.#enter(cluster, 'running');
    } else if (type === 'run-finished') {
      this.#enter(cluster, event.outcome);
      this.#duration.set({ cluster }, event.durationMs / 1000);
      if (event.outcome === 'done') this.#success.set({ cluster }, at / 1000);
      this.#progress(event);
    } else if (type === 'command-output') {
      if (isEviction(event.line)) this.#evicted.inc({ cluster });
    } else if (type === 'probe-changed') {
      if (event.probe === apiProbe && event.change.kind !== 'away')
        this.#away.inc({ cluster }, event.change.awayMs / 1000);
    } else if (type === 'probes-ended') {
      const api = event.probes.find(({ name }) => name === apiProbe);
      if (api !== undefined) this.#away.set({ cluster }, api.awayMs / 1000);
    } else this.#progress(event);
  }

  #enter(cluster: string, state: State): void {
    for (const each of states) this.#state.set({ cluster, state: each }, each === state ? 1 : 0);
  }

  /**
   * A node is done once nothing of it is left in any phase. Of nodes that were passed over only the next phase's beginning
   * tells, or the end of a run that is done: a phase ends as well where a run stops in it.
   */
  #progress(event: Event): void {
    const { cluster } = event;
    const lanes = this.#lanes.get(cluster) ?? [];
    if (event.type === 'step-finished') for (const { steps } of lanes) steps.delete(event.address);
    else if (event.type === 'run-finished' && event.outcome === 'done') for (const { steps } of lanes) steps.clear();
    else if (event.type === 'phase-started') {
      const reached = lanes.findIndex(({ phase }) => phase === event.phase);
      for (const { steps } of reached < 0 ? [] : lanes.slice(0, reached)) steps.clear();
    } else return;
    this.#done.set({ cluster }, distinct(lanes) - distinct(lanes.filter(({ steps }) => steps.size > 0)));
  }

  /** All of it, as Prometheus reads it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
