import { parseAge } from '../../documents/age.ts';
import { certificates } from '../../facts/certificates.ts';
import { valueOf } from '../../facts/fact.ts';
import { dayMs } from '../../model/calendar-day.ts';
import { exitCode, UsageError } from '../../model/errors.ts';
import { certificatesText, type CertificateReport } from '../../report/certificates-text.ts';
import { paintFor } from '../../report/paint.ts';
import { observeNode } from '../../run/observe.ts';
import type { Session } from '../../run/session.ts';
import type { SelectionOptions } from '../inventory.ts';
import { eachCluster, reachedOnly } from '../look-session.ts';
import { maintain } from '../maintain.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { whyUnknown } from '../why-unknown.ts';

/** @throws UsageError for what is no age. */
const withinOf = (text: string): number => {
  const within = parseAge(text);
  if (within === undefined) throw new UsageError(`--within ${text}: expected an age such as 30d, 8w or 36h`);
  return within;
};

interface CheckOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'> {
  readonly output: OutputFormat;
  readonly acceptNewHostKeys?: boolean;
  readonly within: string;
}

const reportOf = async (session: Session, now: number, withinMs: number): Promise<CertificateReport> => {
  const { name: cluster, nodes } = session.cluster;
  const seen = await Promise.all(
    nodes.map(async ({ name }) => ({
      name,
      observed: (await observeNode(session, name, [certificates])).get(certificates.key),
    })),
  );
  const rows = seen.flatMap(({ name: node, observed }) =>
    (valueOf(certificates, observed)?.certificates ?? []).map((each) => ({
      node,
      ...each,
      endsSoon: each.notAfter - now < withinMs,
    })),
  );
  const unread = seen
    .filter(({ observed }) => observed?.kind !== 'value')
    .map(({ name: node, observed }) => ({ node, why: whyUnknown(observed, 'kubeadm never ran there') }));
  return { cluster, now, certificates: rows.toSorted((one, other) => one.notAfter - other.notAfter), unread };
};

/**
 * `nodeops certs check`. Changes nothing. Exit code 1 where a certificate ended or ends soon, 3 where a node was not
 * reached. @throws UsageError before anything is connected to.
 */
export const certsCheck = async (parts: Parts, options: CheckOptions): Promise<number> => {
  const withinMs = withinOf(options.within);
  return eachCluster(parts, options, async (whole) => {
    const { session, lost } = await reachedOnly(parts, whole);
    const report = await reportOf(session, parts.clock.now(), withinMs);
    parts.stdout.write(
      options.output === 'json'
        ? `${JSON.stringify(report)}\n`
        : certificatesText(report, paintFor(parts.stdout, parts.env)),
    );
    if (report.certificates.some(({ endsSoon }) => endsSoon)) return exitCode.failed;
    return lost.size > 0 || report.unread.length > 0 ? exitCode.blocked : exitCode.done;
  });
};

interface RenewOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'>, PlaybookOptions {
  readonly within?: string;
  readonly all?: boolean;
}

/** `nodeops certs renew`: the playbook certs-renew. @throws UsageError before anything is connected to. */
export const certsRenew = (parts: Parts, { within, all, ...options }: RenewOptions): Promise<number> => {
  if (within !== undefined && all === true) throw new UsageError('--within and --all: take one of them');
  return maintain(parts, 'certs-renew', options, [
    ...(within === undefined ? [] : [`withinDays=${withinOf(within) / dayMs}`]),
    ...(all === true ? ['all=true'] : []),
  ]);
};
