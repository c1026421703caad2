import type { FleetOutline } from '../../../model/fleet.ts';
import type { Ui } from '../../../ports/ui.ts';
import { noticeOf } from '../event-notice.ts';
import type { Typical } from '../estimate.ts';
import type { Look } from '../look.ts';
import { FullScreen, type Size } from '../screen/full-screen.ts';
import type { SharedTerminal } from '../screen/shared-terminal.ts';
import { boardFrame, lastLines } from './board-frame.ts';
import { firstState, pressed, type BoardState } from './board-state.ts';
import { FleetBoard } from './fleet-board.ts';
import { noScroll } from '../scroll.ts';

export interface FleetUiOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly terminal: SharedTerminal;
  readonly look: Look;
  readonly now: () => number;
  readonly run: string;
  readonly outline: FleetOutline;
  /** How long steps take as a rule, by id: for an estimate before this run has measured its own. */
  readonly typical?: Typical;
}

class FleetUi implements Ui {
  readonly #options: FleetUiOptions;
  readonly #board: FleetBoard;
  readonly #notices: string[] = [];
  readonly #screen: FullScreen;
  #state: BoardState;
  #page = noScroll;

  constructor(options: FleetUiOptions) {
    this.#options = options;
    this.#board = new FleetBoard(options.outline);
    this.#state = firstState(options.outline.current);
    this.#screen = new FullScreen({
      ...options,
      draw: (size) => this.#draw(size),
      onKey: (key) => {
        this.#state = pressed(this.#state, key, this.#board.waves.length, this.#page);
      },
      last: () => lastLines(this.#board, this.#view()),
    });
  }

  begin: Ui['begin'] = (plan) => {
    this.#screen.open();
    this.#board.begin(plan);
  };

  event: Ui['event'] = (event) => {
    this.#board.event(event);
    const notice = noticeOf(event, this.#options.look.duration);
    if (notice !== undefined) this.notice(notice);
  };

  member: NonNullable<Ui['member']> = (cluster, state) => {
    this.#screen.open();
    this.#board.member(cluster, state, this.#options.now());
  };

  notice(text: string): void {
    this.#notices.push(this.#options.look.paint('warn', text));
  }

  end(): Promise<void> {
    this.#screen.close();
    return Promise.resolve();
  }

  #view() {
    const { look, now, typical = {}, run } = this.#options;
    return { look, now: now(), typical, run, notices: this.#notices };
  }

  #draw(size: Size): readonly string[] {
    const { lines, page } = boardFrame(this.#board, this.#state, { ...this.#view(), ...size });
    this.#page = page;
    return lines;
  }
}

/** A live view of many clusters, wave by wave, on all of a terminal; keys fold, filter and page. */
export const createFleetUi = (options: FleetUiOptions): Ui => new FleetUi(options);
