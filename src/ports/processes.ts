/** Tells one process from every other. */
export interface ProcessMark {
  readonly pid: number;
  /** The same for all processes that can see each other: one boot of one machine, one PID namespace. */
  readonly place: string;
  /** When it began; a PID alone is used again. */
  readonly startedAt: string;
}

/** Processes of the machine on which nodeops itself runs. */
export interface Processes {
  /** This very process. */
  self(): ProcessMark;
  /** True only when it is certain that the process has ended: it was of this place, and is no longer here. */
  isGone(mark: ProcessMark): boolean;
}
