import type { Version } from '../model/version.ts';
import type { Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** What one node has; what could not be read is missing. */
export interface NodeVersions {
  readonly node: string;
  /** By package (kubeadm, kubelet, kubectl): the deb version that is installed. */
  readonly packages: Readonly<Record<string, string>>;
  /** The kubelet that runs: another one than is installed until its restart. */
  readonly kubelet?: Version;
  /** On a control plane: what its own API server says. */
  readonly apiServer?: Version;
  readonly runtime?: string;
  readonly system?: string;
  readonly kernel?: string;
}

export interface OfferedMinor {
  readonly minor: string;
  /** What every node that could be asked is offered, newest first. */
  readonly versions: readonly Version[];
  /** What only some are, newest first. */
  readonly onSomeNodes: readonly Version[];
  /** Days, `2027-02-28`; `unknown` where this program was not told. */
  readonly released: string;
  readonly endOfLife: string;
  /** Days until then; negative afterwards, missing where it is not known. */
  readonly daysLeft?: number;
}

export interface WayThere {
  /** What kubeadm's configuration says that the cluster is. */
  readonly from: Version;
  readonly to: Version;
  /** Nobody named the version: it is the newest that is offered. */
  readonly newest: boolean;
  /** The versions to go over, the last one included; empty where nothing is to be done or there is no way. */
  readonly hops: readonly Version[];
  /** Why there is none, or what is missing on it, with what to type. */
  readonly trouble?: string;
  /** The command that goes on with this. */
  readonly next?: string;
}

export interface VersionsReport {
  readonly cluster: string;
  readonly nodes: readonly NodeVersions[];
  readonly offered: readonly OfferedMinor[];
  /** Missing where no API server said what the cluster is. */
  readonly way?: WayThere;
  /** What could not be learnt of a node, or of the cluster. */
  readonly unread: readonly { readonly node?: string; readonly what: string; readonly why: string }[];
}

const packageNames = ['kubeadm', 'kubelet', 'kubectl'];

const nodeRow = ({ node, packages, kubelet, apiServer, runtime, system, kernel }: NodeVersions, paint: Paint) => [
  node,
  ...packageNames.map((name) => {
    const installed = packages[name] ?? '–';
    const other = name === 'kubelet' && kubelet !== undefined && installed.replace(/-[^-]*$/, '') !== kubelet;
    return other ? `${installed} ${paint('warn', `(running ${kubelet})`)}` : installed;
  }),
  ...[apiServer, runtime, system, kernel].map((text) => text ?? '–'),
];

const supportedUntil = ({ endOfLife, daysLeft }: OfferedMinor, paint: Paint): string => {
  if (daysLeft === undefined) return endOfLife;
  if (daysLeft < 0) return paint('bad', `${endOfLife}: ended`);
  const left = `${endOfLife} (${daysLeft} ${daysLeft === 1 ? 'day' : 'days'})`;
  return daysLeft < 60 ? paint('warn', left) : left;
};

const offeredRow = (offer: OfferedMinor, paint: Paint): readonly string[] => [
  offer.minor,
  [
    ...offer.versions,
    ...(offer.onSomeNodes.length === 0 ? [] : [paint('warn', `on some nodes only: ${offer.onSomeNodes.join(', ')}`)]),
  ].join(', ') || 'nothing',
  offer.released,
  supportedUntil(offer, paint),
];

const wayLines = ({ from, to, newest, hops, trouble, next }: WayThere, paint: Paint): readonly string[] => [
  trouble === undefined && hops.length === 0
    ? `  way: none to go, ${from} is there${newest ? ', and nothing newer is offered' : ''}`
    : `  way: ${[from, ...(hops.length === 0 ? [to] : hops)].join(' → ')}${newest ? ', the newest that every node is offered' : ''}`,
  ...(trouble === undefined ? [] : [`    ${paint('bad', trouble)}`]),
  ...(next === undefined ? [] : [`    ${next}`]),
];

const indented = (rows: readonly (readonly string[])[]): readonly string[] =>
  alignColumns(rows).map((line) => `  ${line}`);

/** What is installed, what is offered and until when it is supported, and the way there. */
export const versionsText = ({ cluster, nodes, offered, way, unread }: VersionsReport, paint: Paint): string => {
  const heading = (...names: readonly string[]) => names.map((name) => paint('strong', name));
  return [
    paint('strong', cluster),
    ...indented([
      heading('node', ...packageNames, 'API server', 'runtime', 'system', 'kernel'),
      ...nodes.map((node) => nodeRow(node, paint)),
    ]),
    ...(offered.length === 0
      ? []
      : [
          '',
          ...indented([
            heading('minor', 'offered', 'released', 'supported until'),
            ...offered.map((offer) => offeredRow(offer, paint)),
          ]),
        ]),
    ...(way === undefined ? [] : ['', ...wayLines(way, paint)]),
    ...unread.map(({ node, what, why }) => `  ${node === undefined ? '' : `${node}: `}${what}: ${why}`),
    '',
  ].join('\n');
};
