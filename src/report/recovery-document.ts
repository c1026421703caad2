import { backupTargetText } from '../model/backup-target.ts';
import type { Cluster, Node } from '../model/cluster.ts';
import type { DisasterOutlook } from '../model/disaster.ts';
import { expectedText, triedText, type DisasterReport } from './disaster-text.ts';
import { formatTime } from './runs-text.ts';

/** What a document of ours begins with: no other file is overwritten. */
export const documentMark = '<!-- written by nodeops drill: the next one overwrites it -->';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const nodeRow = ({ name, role, address, ssh }: Node): string =>
  row([name, role, address ?? ssh.host, `${ssh.user}@${ssh.host}:${ssh.port}`]);

const outlookLines = (outlook: DisasterOutlook): readonly string[] => [
  `### ${outlook.title}`,
  '',
  `- **Expected time to recover**: ${expectedText(outlook.recovery)}`,
  `- **Expected loss**: ${expectedText(outlook.loss)}`,
  `- **Last tried**: ${triedText(outlook)}${outlook.overdue ? ' — **overdue**' : ''}`,
  '',
  '**What happens**',
  '',
  ...outlook.impact.map((line) => `- ${line}`),
  '',
  ...(outlook.steps.length === 0 ? [] : ['**What is done**', '']),
  ...outlook.steps.flatMap(({ type, why }, index) => [`${index + 1}. \`${type}\`  `, `   ${why}`]),
  ...(outlook.steps.length === 0 ? [] : ['']),
  '**What is missing**',
  '',
  ...(outlook.missing.length === 0
    ? ['Nothing.']
    : outlook.missing.map(
        ({ grave, what, fix }) => `- ${grave ? '**cannot be made good afterwards**: ' : ''}${what}. ${fix}`,
      )),
  '',
];

/** The chapter of one cluster in a recovery plan. */
const clusterLines = (
  { cluster, at, disasters, unread }: DisasterReport,
  { nodes, etcdHosts = [], backup }: Cluster,
) => [
  `## ${cluster}`,
  '',
  `As it was at ${formatTime(at)}.`,
  '',
  ...unread.map((why) => `- not known: ${why}`),
  ...(unread.length === 0 ? [] : ['']),
  row(['machine', 'role', 'address', 'reached by SSH as']),
  row(['---', '---', '---', '---']),
  ...[...nodes, ...etcdHosts].map(nodeRow),
  '',
  `Backups: ${backup.to.length === 0 ? '**nowhere**' : backup.to.map(backupTargetText).join(', ')}${backup.recipients.length === 0 ? '' : ', encrypted: the secret keys of age are needed'}.`,
  '',
  row(['disaster', 'time to recover', 'loss', 'last tried', 'missing']),
  row(['---', '---', '---', '---', '---']),
  ...disasters.map((outlook) =>
    row([
      outlook.title,
      expectedText(outlook.recovery),
      expectedText(outlook.loss),
      `${triedText(outlook)}${outlook.overdue ? ', overdue' : ''}`,
      String(outlook.missing.length),
    ]),
  ),
  '',
  ...disasters.flatMap(outlookLines),
];

/** A recovery plan to keep where it can be read without the clusters: Markdown. */
export const recoveryDocument = (
  chapters: readonly { readonly report: DisasterReport; readonly cluster: Cluster }[],
): string =>
  [
    documentMark,
    '',
    '# Recovery plan',
    '',
    ...chapters.flatMap(({ report, cluster }) => clusterLines(report, cluster)),
  ].join('\n');
