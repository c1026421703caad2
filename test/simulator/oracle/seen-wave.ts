import type { SeenWave } from '../../../src/simulator/oracle/fleet-wish.ts';

/** A wave that asks for nothing, but for what is said. */
export const seenWave = (name: string, settings: Partial<SeenWave> = {}): SeenWave => ({
  name,
  soakMs: 0,
  mayFail: { count: 0 },
  stopsInFlight: false,
  approval: false,
  ...settings,
});
