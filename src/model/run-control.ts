/** What a person asks of a run that goes on, from outside of it. */
export type ControlAct = 'pause' | 'continue' | 'stop';

/** Whom it is asked of: all of the run, a wave of it, or some of its clusters. */
export type ControlScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'wave'; readonly wave: string }
  | { readonly kind: 'clusters'; readonly clusters: readonly string[] };

export interface RunControl {
  readonly act: ControlAct;
  /** In milliseconds since the epoch, by the clock of who asked. */
  readonly at: number;
  /** `ana@bastion`. */
  readonly by: string;
  /** In their words. */
  readonly reason?: string;
  readonly scope: ControlScope;
}

/** A cluster of a run, and the wave that it goes with. */
export interface ControlledPart {
  readonly cluster: string;
  readonly wave?: string | undefined;
}

const meansPart = ({ scope }: RunControl, { cluster, wave }: ControlledPart): boolean => {
  if (scope.kind === 'all') return true;
  return scope.kind === 'wave' ? scope.wave === wave : scope.clusters.includes(cluster);
};

/**
 * Why a part of a run stops after the step in hand, or where none is named all of it; undefined where nobody asked for
 * it. It cannot be taken back.
 */
export const stopOf = (controls: readonly RunControl[], part?: ControlledPart): RunControl | undefined =>
  controls.find(
    (control) =>
      control.act === 'stop' && (part === undefined ? control.scope.kind === 'all' : meansPart(control, part)),
  );

/** Why a part of a run begins no further node; undefined where it may. The last word counts. */
export const pauseOf = (controls: readonly RunControl[], part: ControlledPart): RunControl | undefined => {
  const last = controls.findLast((control) => control.act !== 'stop' && meansPart(control, part));
  return last?.act === 'pause' ? last : undefined;
};

/** Who asked, and why: `by ana@bastion: the storage is slow`. */
export const askedBy = ({ by, reason }: RunControl): string => `by ${by}${reason === undefined ? '' : `: ${reason}`}`;
