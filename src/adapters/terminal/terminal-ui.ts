import type { Plan } from '../../model/plan.ts';
import type { Ui } from '../../ports/ui.ts';
import type { Typical } from './estimate.ts';
import { noticeOf } from './event-notice.ts';
import { abandon, follow, release } from './follow.ts';
import type { Look } from './look.ts';
import { clusterProgress } from './progress.ts';
import type { ClusterProgress } from './progress.ts';
import type { NextCluster, TreeOptions } from './task-tree.ts';

export interface TerminalUiOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly look: Look;
  readonly now: () => number;
  /** How long steps take as a rule, by id: for an estimate before this run has measured its own. */
  readonly typical?: Typical;
}

type ShowTree = (options: TreeOptions, next: NextCluster) => Promise<void>;

const showCursor = '\u001B[?25h';

class TerminalUi implements Ui {
  readonly #options: TreeOptions;
  readonly #showTree: ShowTree;
  readonly #clusters = new Map<string, ClusterProgress>();
  readonly #queue: ClusterProgress[] = [];
  readonly #notices: string[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  #shown: Promise<void> | undefined;

  constructor(options: TerminalUiOptions, showTree: ShowTree) {
    this.#options = { typical: {}, ...options, footer: () => this.#notices };
    this.#showTree = showTree;
  }

  begin(plan: Plan): void {
    if (this.#over || this.#clusters.has(plan.cluster)) return;
    const cluster = clusterProgress(plan);
    this.#clusters.set(plan.cluster, cluster);
    this.#queue.push(cluster);
    this.#wake?.();
    this.#shown ??= this.#show();
  }

  event: Ui['event'] = (event) => {
    const cluster = this.#clusters.get(event.cluster);
    if (cluster === undefined || this.#over) return;
    follow(cluster, event);
    const notice = noticeOf(event, this.#options.look.duration);
    if (notice !== undefined) this.notice(notice);
  };

  async end(): Promise<void> {
    this.#over = true;
    for (const cluster of this.#clusters.values()) abandon(cluster, this.#options.now());
    // A turn later, so that Listr has closed all that went well before it hears of a failure.
    setImmediate(() => this.#clusters.forEach(release));
    this.#wake?.();
    await this.#shown;
  }

  notice(text: string): void {
    this.#notices.push(this.#options.look.paint('warn', text));
  }

  readonly #next: NextCluster = async () => {
    if (this.#queue.length === 0 && !this.#over) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#queue.shift();
  };

  async #show(): Promise<void> {
    const { stdout } = this.#options;
    // Listr keeps what is written while it draws; leaving the process, the cursor must get past it.
    const write = stdout.write.bind(stdout);
    const restore = (): void => void write(showCursor);
    process.once('exit', restore);
    try {
      await this.#showTree(this.#options, this.#next);
    } finally {
      process.off('exit', restore);
      restore();
    }
  }
}

/** A live tree of clusters, phases, nodes and steps on a terminal. Loads Listr2 when called. */
export const createTerminalUi = async (options: TerminalUiOptions): Promise<Ui> => {
  const { showTree } = await import('./task-tree.ts');
  return new TerminalUi(options, showTree);
};
