import { quote } from '../../commands/quote.ts';
import { exitCode } from '../../model/errors.ts';
import { paintFor } from '../../report/paint.ts';
import { versionsText, type VersionsReport } from '../../report/versions-text.ts';
import type { SelectionOptions } from '../inventory.ts';
import { eachCluster, reachedOnly } from '../look-session.ts';
import type { Parts } from '../parts.ts';
import { seeVersions } from '../versions-sight.ts';
import { typedVersion } from './upgrade.ts';

export interface VersionsOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: 'table' | 'json';
  readonly acceptNewHostKeys?: boolean;
  readonly to?: string;
}

/** What to type next, with the inventory and the cluster that were named. */
const typedFor = (report: VersionsReport, { inventory = '' }: VersionsOptions): VersionsReport => {
  const { way, cluster } = report;
  if (way?.next === undefined) return report;
  const next = `${way.next} ${quote(['--inventory', inventory, '--cluster', cluster])}`;
  return { ...report, way: { ...way, next } };
};

/**
 * `nodeops versions`: what is installed, what the nodes' repositories offer of every minor from here on, until when each
 * is supported, and the way there. Changes nothing. Exit code 3 where a node or a repository could not be asked, or where
 * there is no way to the version that was named.
 * @throws UsageError before anything is connected to.
 */
export const versions = async (parts: Parts, options: VersionsOptions): Promise<number> => {
  const to = options.to === undefined ? undefined : typedVersion(options.to);
  return eachCluster(parts, options, async (whole) => {
    const { session, lost } = await reachedOnly(parts, whole);
    const report = typedFor(await seeVersions(session, to), options);
    parts.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(report)}\n`
        : versionsText(report, paintFor(parts.stdout, parts.env)),
    );
    const unknown = lost.size > 0 || report.unread.length > 0;
    return unknown || report.way?.trouble !== undefined ? exitCode.blocked : exitCode.done;
  });
};
