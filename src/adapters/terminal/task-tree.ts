import { Listr, ProcessOutput, ListrLogger } from 'listr2';
import type { ListrTaskWrapper, SimpleRenderer } from 'listr2';
import { fullDetail } from './detail.ts';
import type { Detail } from './detail.ts';
import type { Typical } from './estimate.ts';
import { clusterText, laneText, markOf, phaseText, stepText } from './lines.ts';
import type { View } from './lines.ts';
import { LiveRenderer } from './live-renderer.ts';
import type { Line, Task } from './live-renderer.ts';
import type { Look } from './look.ts';
import type { ClusterProgress, LaneProgress, PhaseProgress, Progress, StepProgress } from './progress.ts';

type Wrapper = ListrTaskWrapper<unknown, typeof LiveRenderer, typeof SimpleRenderer>;

export interface TreeOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly look: Look;
  readonly typical: Typical;
  readonly now: () => number;
  /** What stands below the tree. */
  readonly footer: () => readonly string[];
}

/** Clusters as they begin; `undefined` after the last. */
export type NextCluster = () => Promise<ClusterProgress | undefined>;

const all = { concurrent: true, exitOnError: true } as const;
const eachOnItsOwn = { concurrent: true, exitOnError: false } as const;

/** The tasks of Listr: each waits for what the events say of its step, lane, phase or cluster. */
class TaskTree {
  readonly #options: TreeOptions;
  readonly #next: NextCluster;
  readonly #lines = new WeakMap<object, Line>();

  constructor(options: TreeOptions, next: NextCluster) {
    this.#options = options;
    this.#next = next;
  }

  readonly lineOf = (task: object): Line | undefined => this.#lines.get(task);

  /** Clusters may begin while others run, and Listr's lists are fixed once run: so each ends in the place of the next. */
  readonly slot = (): Task => ({
    task: async (_context, wrapper: Wrapper) => {
      const cluster = await this.#next();
      return cluster === undefined ? undefined : wrapper.newListr([this.#cluster(cluster), this.slot()], eachOnItsOwn);
    },
  });

  #view(detail: Detail): View {
    const { look, typical, now } = this.#options;
    return { look, typical, now: now(), detail };
  }

  #cluster(cluster: ClusterProgress): Task {
    const inner = (): Task[] => cluster.phases.map((phase) => this.#phase(phase, cluster));
    return this.#branch(cluster, (detail) => clusterText(cluster, this.#view(detail)), inner);
  }

  #phase(phase: PhaseProgress, cluster: ClusterProgress): Task {
    const inner = (): Task[] => phase.lanes.map((lane) => this.#lane(lane, phase));
    return this.#branch(phase, (detail) => phaseText(phase, cluster, this.#view(detail)), inner);
  }

  #lane(lane: LaneProgress, phase: PhaseProgress): Task {
    const inner = (): Task[] => lane.steps.map((step) => this.#step(step, lane));
    return this.#branch(lane, (detail) => laneText(lane, phase, this.#view(detail)), inner);
  }

  #branch(progress: Progress, text: Line['text'], inner: () => Task[]): Task {
    return this.#shown(progress, text, async (_context, wrapper) => {
      await progress.started.promise;
      if (progress.startedAt !== undefined) return wrapper.newListr(inner(), all);
      await progress.ended.promise;
      return undefined;
    });
  }

  #step(step: StepProgress, lane: LaneProgress): Task {
    return this.#shown(
      step,
      (detail) => stepText(step, lane, this.#view(detail)),
      async () => {
        await step.ended.promise;
        if (step.state === 'failed') throw new Error(step.note ?? 'failed');
      },
    );
  }

  #shown(progress: Progress, text: Line['text'], task: (context: unknown, wrapper: Wrapper) => Promise<unknown>): Task {
    const shown: Task = { title: text(fullDetail), task: (context, wrapper: Wrapper) => task(context, wrapper) };
    this.#lines.set(shown, { text, state: () => progress.state });
    return shown;
  }
}

/** Shows the tree until the last cluster has ended; resolves when its last frame is on the screen. */
export const showTree = async (options: TreeOptions, next: NextCluster): Promise<void> => {
  const tree = new TaskTree(options, next);
  const { stdout, stderr, look } = options;
  const processOutput = new ProcessOutput(stdout, stderr);
  await new Listr<unknown, typeof LiveRenderer>([tree.slot()], {
    ...eachOnItsOwn,
    renderer: LiveRenderer,
    // Ctrl-C is the run's business: it finishes the step in hand.
    registerSignalListeners: false,
    rendererOptions: {
      formatOutput: 'truncate',
      collapseErrors: false,
      showErrorMessage: false,
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput }),
      color: { PENDING: (text) => look.paint('warn', text ?? '') },
      lineOf: tree.lineOf,
      markOf: (state) => markOf(state, look),
      footer: options.footer,
      rows: () => stdout.rows ?? 24,
    },
  }).run();
};
