import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asRecording, type Recording, type RecordedLine } from '../../docker/record/recording.ts';
import { atFirstPlace } from './place.ts';

const folder = join(import.meta.dirname, 'recorded');

/** A recording as a file of `npm run lab -- record`, moved to where the simulator's cluster is. */
export const readMoved = (file: string): Recording => {
  const text = gunzipSync(readFileSync(file)).toString('utf8').trimEnd();
  const lines = text.split('\n').map((line): RecordedLine => JSON.parse(line));
  return atFirstPlace(asRecording(lines, file), lines);
};

/** All that is kept in the repository, by the name of its file. */
export const recordings = (): ReadonlyMap<string, Recording> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl.gz'))
      .toSorted()
      .map((name) => [name, readMoved(join(folder, name))]),
  );
