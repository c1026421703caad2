import type { RunControl } from '../model/run-control.ts';

/** What people ask of runs that go on, from other processes of this machine. */
export interface RunControls {
  /** Everything that was asked of a run so far, oldest first; as cheap as a step may ask for. @throws StorageError */
  of(run: string): readonly RunControl[];
  /** On the disk when it resolves; the run's own process reads it before its next step. @throws StorageError */
  ask(run: string, control: RunControl): Promise<void>;
}
