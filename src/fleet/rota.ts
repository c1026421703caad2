import type { WindowState } from '../model/maintenance-window.ts';

/**
 * Whose turn it is: each cluster has one in each opening of its window. It is not state of its own: who begins anew
 * gives a cluster that is open its turn at once, and that cluster's records say what is left of it.
 */
export class Rota {
  /** By cluster: the end of the opening in which it had its turn. */
  readonly #had = new Map<string, number>();
  readonly #notBefore = new Map<string, number>();
  readonly #expected = new Map<string, number>();

  /** Whether it is a cluster's turn. */
  isDue(cluster: string, state: WindowState, now: number): boolean {
    return (
      state.kind === 'open' &&
      this.#had.get(cluster) !== state.until &&
      now >= (this.#notBefore.get(cluster) ?? -Infinity)
    );
  }

  /** It had its turn in the opening that ends then. */
  hadTurn(cluster: string, until: number): void {
    this.#had.set(cluster, until);
  }

  /** It may be asked again from then on: something else has to come first. */
  askLater(cluster: string, at: number): void {
    this.#notBefore.set(cluster, at);
  }

  /**
   * What is new of a window that is closed: when it opens next, and whether an opening that was expected has gone by
   * unseen, because the machine slept or its clock was set. Undefined where nothing is new.
   */
  news(
    cluster: string,
    state: WindowState,
    now: number,
  ): { readonly missed: boolean; readonly next: number | undefined } | undefined {
    const expected = this.#expected.get(cluster);
    if (state.kind === 'open') {
      this.#expected.delete(cluster);
      return undefined;
    }
    const { next } = state;
    if (next === undefined) this.#expected.delete(cluster);
    else this.#expected.set(cluster, next);
    if (expected === next && expected !== undefined) return undefined;
    return { missed: expected !== undefined && expected <= now, next };
  }
}
