/**
 * The simulator was asked something that it does not model: an unknown program, option, syntax or state. It fails the
 * simulation; it is never answered with rc 0, and never hidden from whoever runs it.
 */
export class SimulatorGap extends Error {
  override readonly name = 'SimulatorGap';
}
