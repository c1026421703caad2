import { dayMs, dayOf } from '../model/calendar-day.ts';
import type { Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** The certificates of a cluster's nodes, the first to end first. */
export interface CertificateReport {
  readonly cluster: string;
  /** By the operator's clock, in ms since 1970. */
  readonly now: number;
  readonly certificates: readonly {
    readonly node: string;
    readonly file: string;
    readonly subject: string;
    readonly notAfter: number;
    readonly authority: boolean;
    readonly endsSoon: boolean;
  }[];
  readonly unread: readonly { readonly node: string; readonly why: string }[];
}

const left = (ms: number): string => {
  if (ms <= 0) return 'ended';
  const days = Math.floor(ms / dayMs);
  return days === 0 ? 'less than a day' : `${days} ${days === 1 ? 'day' : 'days'}`;
};

/** A table, a certificate a line; what could not be read below it. */
export const certificatesText = ({ cluster, now, certificates, unread }: CertificateReport, paint: Paint): string => {
  const rows = certificates.map(({ node, file, notAfter, authority, endsSoon }) => {
    const time = left(notAfter - now);
    return [
      node,
      `${file.replace('/etc/kubernetes/', '')}${authority ? ' (authority)' : ''}`,
      dayOf(notAfter),
      endsSoon ? paint('bad', time) : time,
    ];
  });
  const heading = ['node', 'certificate', 'ends', 'left'].map((name) => paint('strong', name));
  return [
    paint('strong', cluster),
    ...(rows.length === 0 ? [] : alignColumns([heading, ...rows]).map((line) => `  ${line}`)),
    ...unread.map(({ node, why }) => `  ${node}: ${why}`),
    '',
  ].join('\n');
};
