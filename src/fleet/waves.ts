import type { FleetWave, Member } from '../model/fleet.ts';
import type { Wave } from '../model/wave.ts';

/** Where no waves are declared all clusters are one, and none stops another. */
const together: Wave = {
  name: 'all',
  order: 0,
  selector: { text: '', labels: [] },
  soakMs: 0,
  maxFailedClusters: { percent: 100 },
  inFlight: 'finish',
  approval: false,
  checks: [],
  source: '',
};

/** Clusters by their waves, in the order of the waves; waves of which no cluster was chosen are left out. */
export const inWaves = (
  members: readonly { readonly member: Member; readonly wave: Wave | undefined }[],
): readonly FleetWave[] => {
  const byName = Map.groupBy(members, ({ wave }) => wave?.name);
  return [...byName.values()]
    .map((same) => ({ wave: same[0]?.wave ?? together, members: same.map(({ member }) => member) }))
    .toSorted((a, b) => a.wave.order - b.wave.order);
};
