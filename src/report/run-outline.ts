import type { Event, RunOutcome } from '../model/event.ts';

/** `unfinished`: it has no end, and nothing of this machine goes on with it. `broken`: its record does not verify. */
export type RunState = RunOutcome | 'running' | 'unfinished' | 'broken';

/** One run as a line of a list. */
export interface RunOutline {
  readonly run: string;
  readonly state: RunState;
  readonly clusters: readonly ClusterOutline[];
  /** Milliseconds since the epoch; missing where it was killed before its first event. */
  readonly startedAt?: number;
  /** Missing where it has no end. */
  readonly durationMs?: number;
}

export interface ClusterOutline {
  readonly cluster: string;
  readonly state: Exclude<RunState, 'broken'>;
  readonly playbook?: string;
  /** The versions that its nodes ran. */
  readonly from: readonly string[];
  readonly to?: string;
  readonly resumes?: string;
}

export interface OutlineInput {
  readonly run: string;
  readonly clusters: readonly string[];
  /** Of the fleet journal. */
  readonly transitions: readonly Event[];
  /** The process that writes it still lives. */
  readonly alive: boolean;
}

/** Of several clusters the one that needs a person most says how the run is. */
const gravest = [
  'running',
  'unfinished',
  'failed',
  'blocked',
  'drift',
  'interrupted',
  'outside-window',
  'done',
] as const;

const clusterOutline = (cluster: string, { transitions, alive }: OutlineInput): ClusterOutline => {
  const own = transitions.filter((event) => event.cluster === cluster);
  const start = own.find((event) => event.type === 'run-started');
  const end = own.findLast((event) => event.type === 'run-finished');
  const to = start?.parameters['version'];
  return {
    cluster,
    state: end?.outcome ?? (alive ? 'running' : 'unfinished'),
    ...(start === undefined ? {} : { playbook: start.playbook }),
    from: start?.from ?? [],
    ...(typeof to === 'string' ? { to } : {}),
    ...(start?.resumes === undefined ? {} : { resumes: start.resumes }),
  };
};

/** What a run's fleet journal says of it, in short. */
export const outlineOf = (input: OutlineInput): RunOutline => {
  const { run, transitions } = input;
  const names = [...new Set([...input.clusters, ...transitions.map(({ cluster }) => cluster)])].toSorted();
  const clusters = names.map((name) => clusterOutline(name, input));
  const state = gravest.find((each) => clusters.some((cluster) => cluster.state === each));
  const starts = transitions.filter(({ type }) => type === 'run-started').map(({ at }) => at);
  const ends = transitions.filter(({ type }) => type === 'run-finished').map(({ at }) => at);
  const ended = starts.length > 0 && ends.length === clusters.length;
  return {
    run,
    // A run without a cluster was killed, or is on its way to its first.
    state: state ?? (input.alive ? 'running' : 'unfinished'),
    clusters,
    ...(starts.length === 0 ? {} : { startedAt: Math.min(...starts) }),
    ...(ended ? { durationMs: Math.max(...ends) - Math.min(...starts) } : {}),
  };
};
