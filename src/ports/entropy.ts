/** Chance as the run uses it; the simulator brings its own, so that a run can be repeated exactly. */
export interface Entropy {
  /** 24 hexadecimal digits that nobody can foresee: no output of a node can hold them by accident. */
  token(): string;
}
