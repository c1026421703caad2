import type { FaultKind, Moment } from './fault.ts';
import type { Struck } from './injector.ts';

export interface CoverageRow {
  readonly kind: FaultKind;
  readonly step: string;
  readonly moment: Moment;
  readonly count: number;
}

const keyOf = ({ kind, step, moment }: Omit<CoverageRow, 'count'>): string => `${kind}\t${step}\t${moment}`;

/** How often a kind of fault hit a step at a moment: what was tried, not what was planned. */
export class Coverage {
  readonly #rows = new Map<string, CoverageRow>();

  add({ fault: { kind }, step, moment }: Pick<Struck, 'fault' | 'step' | 'moment'>): void {
    this.merge([{ kind, step, moment, count: 1 }]);
  }

  /** Takes over another table, as a worker thread hands it back. */
  merge(rows: readonly CoverageRow[]): void {
    for (const row of rows) {
      const key = keyOf(row);
      this.#rows.set(key, { ...row, count: row.count + (this.#rows.get(key)?.count ?? 0) });
    }
  }

  /** Sorted by kind, step, moment. */
  rows(): readonly CoverageRow[] {
    return [...this.#rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  /** Of each kind, all steps and moments together. */
  kinds(): ReadonlyMap<FaultKind, number> {
    const sums = new Map<FaultKind, number>();
    for (const { kind, count } of this.#rows.values()) sums.set(kind, (sums.get(kind) ?? 0) + count);
    return sums;
  }
}
