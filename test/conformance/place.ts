import type { Recording, RecordedLine } from '../../docker/record/recording.ts';
import { asRecording } from '../../docker/record/recording.ts';

const network = /^(\d+\.\d+)\.(\d+)\./;

/**
 * The recording as if its cluster were the first on the simulator's network: a cluster of the lab has the third octet
 * of its place. Hashes of texts are those of the recorded texts, and only ever compared with one another.
 */
export const atFirstPlace = (recording: Recording, lines: readonly RecordedLine[]): Recording => {
  const [, prefix, slot] = network.exec(recording.head.nodes[0]?.address ?? '') ?? [];
  if (prefix === undefined || slot === undefined) throw new Error('the recording’s first node has no address');
  const moved: RecordedLine[] = JSON.parse(JSON.stringify(lines).replaceAll(`${prefix}.${slot}.`, '172.31.0.'));
  return asRecording(moved, 'the recording');
};
