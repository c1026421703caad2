import { DefaultRenderer, Spinner } from 'listr2';
import type { ListrDefaultRendererOptions, ListrDefaultRendererTask, ListrEventManager, ListrTask } from 'listr2';
import { detailLevels } from './detail.ts';
import type { Detail } from './detail.ts';
import type { State } from './progress.ts';

export type Task = ListrTask<unknown, typeof LiveRenderer>;

/** What is shown for a task; asked for at every frame, so that time passes on the screen. */
export interface Line {
  readonly text: (detail: Detail) => string;
  readonly state: () => State;
}

export interface LiveRendererOptions extends ListrDefaultRendererOptions {
  readonly lineOf: (task: object) => Line | undefined;
  readonly markOf: (state: State) => string;
  /** What stands below the tree. */
  readonly footer: () => readonly string[];
  readonly rows: () => number;
}

const shortestPauseMs = 80;

/**
 * Listr2's tree with lines and marks taken from the progress. Listr starts all tasks at once, since nodes may come
 * in another order than planned; so what Listr takes for running may still be waiting here.
 */
export class LiveRenderer extends DefaultRenderer {
  /** Whoever asked for this view looked at the stream already; Listr would look at the process's. */
  static override nonTTY = true;
  static override rendererOptions: LiveRendererOptions = {
    ...DefaultRenderer.rendererOptions,
    lineOf: () => undefined,
    markOf: () => '',
    footer: () => [],
    rows: () => Number.POSITIVE_INFINITY,
  };
  readonly #roots: ListrDefaultRendererTask[];
  readonly #look: LiveRendererOptions;
  #notBefore = 0;

  constructor(tasks: ListrDefaultRendererTask[], options: LiveRendererOptions, events: ListrEventManager) {
    super(tasks, { ...options, spinner: options.spinner ?? new Spinner() }, events);
    this.#roots = tasks;
    this.#look = options;
  }

  /** Listr asks for a frame at every change of any task; a view may not take the time of the run that it shows. */
  override update(): void {
    const began = performance.now();
    if (began < this.#notBefore) return;
    super.update();
    const ended = performance.now();
    this.#notBefore = ended + Math.max(shortestPauseMs, 5 * (ended - began));
  }

  /** The last frame (drawn without the prompt) stays in the scrollback: it need not fit the screen. */
  override create(options?: Parameters<DefaultRenderer['create']>[0]): string {
    const footer = this.#look.footer();
    const room = options?.prompt === false ? Number.POSITIVE_INFINITY : this.#look.rows() - 1 - footer.length;
    for (const detail of detailLevels) if (this.#refresh(this.#roots, detail) <= room) break;
    return [super.create(options), ...(footer.length === 0 ? [] : ['', ...footer])].join('\n');
  }

  protected override style(task: ListrDefaultRendererTask, output = false): string {
    const state = this.#look.lineOf(task.task)?.state();
    if (output || state === undefined) return super.style(task, output);
    return state === 'running' && !task.hasSubtasks() ? super.style(task) : this.#look.markOf(state);
  }

  /** Gives every task its line; returns how many lines that will be on the screen. */
  #refresh(tasks: readonly ListrDefaultRendererTask[], detail: Detail): number {
    return tasks.reduce((lines, task) => {
      const text = this.#look.lineOf(task.task)?.text(detail);
      // Not through `title$`: that asks for another frame, and this is one.
      if (text !== undefined) task.title = text;
      const own = text === undefined || text === '' ? 0 : text.split('\n').length;
      const inner =
        task.isClosed() && !task.hasFailed() && text !== undefined ? 0 : this.#refresh(task.subtasks ?? [], detail);
      return lines + own + inner;
    }, 0);
  }
}
