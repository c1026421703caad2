import { askedBy, pauseOf, stopOf, type ControlledPart, type RunControl } from '../model/run-control.ts';
import type { RunControls } from '../ports/run-controls.ts';

/** What other processes ask of a run, or of a part of it: who asked, and why; undefined where nobody did. */
export interface Steering {
  /** That it stops after the step in hand. Of the whole run where no part is named. */
  stoppedBy(part?: ControlledPart): string | undefined;
  /** That no further node is begun for now. */
  pausedBy(part: ControlledPart): string | undefined;
}

const why = (asked: RunControl | undefined): string | undefined => asked && askedBy(asked);

export const steeringOf = (controls: RunControls, run: string): Steering => ({
  stoppedBy: (part) => why(stopOf(controls.of(run), part)),
  pausedBy: (part) => why(pauseOf(controls.of(run), part)),
});
