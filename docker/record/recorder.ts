import type { LabNode } from '../addresses.ts';
import { probe, probeSettled, type Texts } from './probe.ts';
import type { RecordedLine, RecordedPair, RecordingHead } from './recording.ts';
import type { LabState } from './state.ts';

/** A pair as whoever ran the line knows it. */
export type Said = Omit<RecordedPair, 'kind' | 'id' | 'before' | 'after' | 'settledMs'>;

/**
 * Collects pairs with the states around them. One write at a time: what happens beside a write is not kept, since no
 * state could be told for it. A question counts only when the state was the same before it and at the next look.
 */
export class Recorder {
  readonly nodes: readonly LabNode[];
  readonly #head: RecordingHead;
  readonly #texts: Texts = new Map();
  readonly #states = new Map<string, number>();
  readonly #pairs: RecordedPair[] = [];
  readonly #seen = new Set<string>();
  #questions: Said[] = [];
  #last: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Writes under way: between them nothing is known. */
  #writing = 0;
  readonly dropped = { moving: 0, repeated: 0 };

  constructor(nodes: readonly LabNode[], head: RecordingHead) {
    this.nodes = nodes;
    this.#head = head;
  }

  get count(): number {
    return this.#pairs.length;
  }

  /** Whether nothing is being written now, as far as the recorder was told. */
  get isQuiet(): boolean {
    return this.#writing === 0;
  }

  /** Notes a question with its answer; kept once the next look finds the same state. */
  question(said: Said): void {
    if (this.isQuiet && this.#last !== undefined) this.#questions.push(said);
    else this.dropped.moving += 1;
  }

  /** Runs a write alone, with a look before and after it. `said` is undefined for what is not to be kept. */
  async write<T>(
    patienceMs: number,
    work: () => Promise<{ readonly result: T; readonly said: Said | undefined }>,
  ): Promise<T> {
    const mine = this.#turn.then(async () => {
      const before = await this.#look(() => probe(this.nodes, this.#texts));
      this.#writing += 1;
      try {
        const { result, said } = await work();
        const ended = performance.now();
        const after = await this.#look(() => probeSettled(this.nodes, this.#texts, patienceMs));
        if (said !== undefined)
          this.#keep({ ...said, before, after, settledMs: Math.round(performance.now() - ended) });
        return result;
      } finally {
        this.#writing -= 1;
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Settles what is pending, waits until the cluster is calm, and goes on from what is there then. */
  async settle(patienceMs: number): Promise<void> {
    const settling = async (): Promise<void> => {
      await this.#look(() => probe(this.nodes, this.#texts));
      this.#last = this.#stateId(await probeSettled(this.nodes, this.#texts, patienceMs));
    };
    const mine = this.#turn.then(settling);
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  /** All lines of the recording. */
  lines(): RecordedLine[] {
    const states = [...this.#states].map(([text, id]): RecordedLine => ({
      kind: 'state',
      id,
      state: JSON.parse(text),
    }));
    const used = [...this.#texts].map(([hash, text]): RecordedLine => ({ kind: 'text', hash, text }));
    return [this.#head, ...used, ...states, ...this.#pairs];
  }

  async #look(look: () => Promise<LabState>): Promise<number> {
    const id = this.#stateId(await look());
    const questions = this.#questions.splice(0);
    if (id === this.#last) for (const said of questions) this.#keep({ ...said, before: id });
    else this.dropped.moving += questions.length;
    this.#last = id;
    return id;
  }

  #stateId(state: LabState): number {
    const text = JSON.stringify(state);
    const known = this.#states.get(text);
    if (known !== undefined) return known;
    this.#states.set(text, this.#states.size);
    return this.#states.size - 1;
  }

  #keep(pair: Omit<RecordedPair, 'kind' | 'id'>): void {
    const key = JSON.stringify([pair.node, pair.line, pair.stdin, pair.exit, pair.before, pair.after]);
    if (this.#seen.has(key)) {
      this.dropped.repeated += 1;
      return;
    }
    this.#seen.add(key);
    this.#pairs.push({ kind: 'pair', id: this.#pairs.length, ...pair });
  }
}
