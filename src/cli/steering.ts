import { askedBy, pauseOf, stopOf, type ControlledPart, type RunControl } from '../model/run-control.ts';
import type { RunControls } from '../ports/run-controls.ts';

/** What one cluster's part of a run may do now. */
export interface Steering {
  readonly stopping: () => boolean;
  readonly paused: () => RunControl | undefined;
  /** Who asked from outside that it stops, and why. */
  readonly stoppedBy: () => string | undefined;
}

/** Joins what signals ask of this process with what other processes ask of one cluster's part of a run. */
export const steeringOf = (
  { controls, stopping }: { readonly controls: RunControls; readonly stopping: () => boolean },
  run: string,
  part: ControlledPart,
): Steering => {
  const stop = (): RunControl | undefined => stopOf(controls.of(run), part);
  return {
    stopping: () => stopping() || stop() !== undefined,
    paused: () => pauseOf(controls.of(run), part),
    stoppedBy: () => {
      const asked = stop();
      return asked === undefined ? undefined : askedBy(asked);
    },
  };
};
