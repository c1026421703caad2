import { noPaint, type Paint } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** One etcd member as an operator wants to see it; what was not told is missing. */
export interface EtcdRow {
  readonly name: string;
  /** As etcdctl takes it. */
  readonly id: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly role: 'leader' | 'voter' | 'learner' | 'not started';
  readonly healthy: boolean;
  readonly error?: string;
  readonly version?: string;
  readonly raftIndex?: number;
  readonly raftAppliedIndex?: number;
  readonly dbSizeBytes?: number;
  readonly dbInUseBytes?: number;
  readonly quotaBytes?: number;
  readonly alarms: readonly string[];
}

/** What the etcd of one control plane, or of one etcd host, says of itself while no member answers for all. */
export interface EtcdAlone {
  readonly node: string;
  readonly says: string;
}

export interface EtcdReport {
  readonly cluster: string;
  readonly members: readonly EtcdRow[];
  /** Why nothing is known of the members. */
  readonly trouble?: string;
  readonly alone: readonly EtcdAlone[];
}

const MiB = 1024 * 1024;
const unknown = '–';

const size = (bytes: number | undefined): string =>
  bytes === undefined ? unknown : `${(bytes / MiB).toFixed(bytes < 100 * MiB ? 1 : 0)} MiB`;
const number = (value: number | undefined): string => (value === undefined ? unknown : String(value));

const share = ({ dbSizeBytes, quotaBytes }: EtcdRow): string =>
  dbSizeBytes === undefined || quotaBytes === undefined
    ? ''
    : ` (${Math.floor((dbSizeBytes / quotaBytes) * 100)} % of ${size(quotaBytes)})`;

const health = ({ healthy, error, alarms }: EtcdRow, paint: Paint): string => {
  if (alarms.length > 0) return paint('bad', `alarm ${alarms.join(', ')}`);
  return healthy ? paint('good', 'healthy') : paint('bad', error ?? 'no answer');
};

const table = (heading: readonly string[], rows: readonly (readonly string[])[], paint: Paint): readonly string[] =>
  alignColumns([heading.map((name) => paint('strong', name)), ...rows]).map((line) => `  ${line}`);

const headline = ({ cluster, members, trouble }: EtcdReport, paint: Paint): string => {
  if (trouble !== undefined) return `${paint('strong', cluster)}: ${trouble}`;
  const versions = [...new Set(members.flatMap(({ version }) => version ?? []))].join(', ');
  const leader = members.find(({ role }) => role === 'leader')?.name;
  const count = `${members.length} ${members.length === 1 ? 'member' : 'members'}`;
  return `${paint('strong', cluster)}: etcd ${versions || '?'}, ${count}, ${leader === undefined ? 'no leader known' : `led by ${leader}`}`;
};

const lines = (...parts: readonly (string | readonly string[])[]): string => `${parts.flat().join('\n')}\n`;

const aloneLines = ({ alone }: EtcdReport): readonly string[] => alone.map(({ node, says }) => `  ${node}: ${says}`);

/** How every member is, and how full. */
export const etcdStatusText = (report: EtcdReport, paint: Paint = noPaint): string => {
  const rows = report.members.map((member) => [
    member.name,
    member.role,
    health(member, paint),
    member.version ?? unknown,
    number(member.raftIndex),
    number(member.raftAppliedIndex),
    `${size(member.dbSizeBytes)}${share(member)}`,
    size(member.dbInUseBytes),
  ]);
  const heading = ['member', 'role', 'health', 'version', 'raft index', 'applied', 'database', 'in use'];
  return lines(headline(report, paint), rows.length === 0 ? [] : table(heading, rows, paint), aloneLines(report));
};

/** Who the members are, and where. */
export const etcdMembersText = (report: EtcdReport, paint: Paint = noPaint): string => {
  const rows = report.members.map(({ name, id, role, peerUrls, clientUrls }) => [
    name,
    id,
    role,
    peerUrls.join(', '),
    clientUrls.join(', ') || unknown,
  ]);
  const heading = ['member', 'id', 'role', 'peers', 'clients'];
  return lines(headline(report, paint), rows.length === 0 ? [] : table(heading, rows, paint), aloneLines(report));
};

/** Which alarms are raised. */
export const etcdAlarmsText = (report: EtcdReport, paint: Paint = noPaint): string => {
  if (report.trouble !== undefined) return lines(headline(report, paint), aloneLines(report));
  const raised = report.members.flatMap(({ name, alarms }) =>
    alarms.map((alarm) => `  ${paint('bad', alarm)}  ${name}`),
  );
  return lines(`${paint('strong', report.cluster)}: ${raised.length === 0 ? 'no alarms' : 'alarms'}`, raised);
};
