import { exitCode } from '../../model/errors.ts';
import type { StoredCluster } from '../../ports/journal-store.ts';
import { paintFor } from '../../report/paint.ts';
import { runDetails, runDetailsText } from '../../report/run-details.ts';
import { runsText } from '../../report/runs-text.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { readNamed } from '../stored-runs.ts';

/** `nodeops runs show RUN`. @throws UsageError for a run that is not there, BrokenJournal */
export const runsShow = async (parts: Parts, name: string, options: { output: OutputFormat }): Promise<number> => {
  const { outline, stored } = await readNamed(parts, name);
  const journals = await parts.journals();
  const clusters: StoredCluster[] = [];
  for (const cluster of stored.clusters)
    clusters.push(
      await journals.readCluster(outline.run, cluster, (note) => void parts.stderr.write(`note: ${note}\n`)),
    );
  if (options.output === 'json') {
    const details = clusters.map(({ name: cluster, directory, events }) => runDetails(cluster, directory, events));
    parts.stdout.write(`${JSON.stringify({ ...outline, directory: stored.directory, details })}\n`);
    return exitCode.done;
  }
  const paint = paintFor(parts.stdout, parts.env);
  const texts = clusters.map(({ name: cluster, directory, events }) =>
    runDetailsText(cluster, directory, events, paint),
  );
  parts.stdout.write([runsText([outline], paint), ...texts].join('\n'));
  return exitCode.done;
};
