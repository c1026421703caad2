import { roughly } from '../model/duration.ts';
import type { FleetEnd, FleetWave, MemberEnd, MemberOutcome } from '../model/fleet.ts';
import { allSteps, type Plan } from '../model/plan.ts';
import type { Duration } from '../model/time-ahead.ts';
import type { ClusterShare, Wave } from '../model/wave.ts';
import { formatDuration } from './duration.ts';
import type { Paint, Tone } from './paint.ts';
import { alignColumns } from './text-table.ts';

/** What is known of a cluster before it begins. */
export interface Outlook {
  /** Missing where something stands in the way. */
  readonly plan?: Plan;
  readonly takes?: Duration;
}

const shareText = (share: ClusterShare): string => ('count' in share ? String(share.count) : `${share.percent} %`);

const failuresText = ({ maxFailedClusters: share }: Wave): string =>
  'count' in share && share.count === 0 ? 'none may fail' : `${shareText(share)} may fail`;

/** What a wave asks for, in a line. */
const rulesOf = (wave: Wave, parallel: number | undefined): string =>
  [
    ...(wave.approval ? ['a person lets it begin'] : []),
    ...(wave.canary === undefined ? [] : [`${shareText(wave.canary)} first`]),
    ...(parallel === undefined ? [] : [`${parallel} at a time`]),
    failuresText(wave),
    ...(wave.soakMs === 0 ? [] : [`well for ${formatDuration(wave.soakMs)}`]),
    ...wave.checks.map(({ name }) => `check ${name}`),
  ].join(', ');

/** Limits of the labels of a wave's clusters: `at most 2 at a time of the same region`. */
const limitsOf = ({ members }: FleetWave): readonly string[] => [
  ...new Set(
    members.flatMap(({ atOnce = [] }) =>
      atOnce.map(({ label, most }) => `at most ${most} at a time of the same ${label}`),
    ),
  ),
];

const versionsOf = ({ before, parameters }: Plan): string => {
  const from = [...new Set(before.map(({ version }) => version))].toSorted().join(', ');
  const to = parameters['version'];
  return typeof to === 'string' && to !== from ? `${from} → ${to}` : from;
};

const openSteps = (plan: Plan): string => {
  const open = allSteps(plan).filter(({ verdict, assertion }) => verdict.kind !== 'satisfied' && !assertion);
  const nodes = new Set(open.flatMap(({ node }) => node ?? []));
  return `${open.length} steps on ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'}`;
};

const aheadText = (ahead: FleetWave['members'][number]['ahead'], { plan, takes }: Outlook): readonly string[] => {
  if (ahead === 'blocked' || plan === undefined)
    return ['', ahead === 'idle' ? 'nothing to do' : 'blocked: see above', ''];
  if (ahead === 'idle') return [versionsOf(plan), 'nothing to do', ''];
  const time = takes === undefined ? '' : `about ${roughly(takes.typicalMs)}, seldom beyond ${roughly(takes.longMs)}`;
  return [versionsOf(plan), openSteps(plan), time];
};

/** What is ahead of several clusters: wave by wave, what it asks for and what is to do in each of its clusters. */
export const fleetPlanText = (
  waves: readonly FleetWave[],
  outlooks: ReadonlyMap<string, Outlook>,
  { paint, parallel }: { readonly paint: Paint; readonly parallel: number | undefined },
): string => {
  const rows = alignColumns(
    waves.flatMap(({ members }) =>
      members.map(({ cluster, ahead }) => [cluster, ...aheadText(ahead, outlooks.get(cluster) ?? {})]),
    ),
  );
  let next = 0;
  const lines = waves.flatMap((each) => {
    const { wave, members } = each;
    const declared = wave.source !== '';
    const rules = declared ? `wave ${wave.name}: ${rulesOf(wave, parallel ?? wave.parallel)}` : 'side by side';
    const head = [rules, ...limitsOf(each)].join(', ');
    return [paint('strong', head), ...members.map(() => `  ${rows[next++] ?? ''}`)];
  });
  return `${lines.join('\n')}\n`;
};

const words: Readonly<Record<MemberOutcome, readonly [Tone, string]>> = {
  done: ['good', '✓ done'],
  idle: ['faint', '· nothing to do'],
  failed: ['bad', '✗ failed'],
  blocked: ['bad', '✗ blocked'],
  drift: ['bad', '✗ drift'],
  interrupted: ['warn', '! interrupted'],
  'outside-window': ['warn', '! outside the window'],
  'not-begun': ['warn', '! not begun'],
};

const lasted = ({ startedAt, endedAt }: MemberEnd): number =>
  startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;

const timeLine = (members: readonly MemberEnd[]): readonly string[] => {
  const begun = members.filter(({ startedAt }) => startedAt !== undefined);
  if (begun.length < 2) return [];
  const first = Math.min(...begun.map(({ startedAt = 0 }) => startedAt));
  const last = Math.max(...begun.map(({ endedAt = 0 }) => endedAt));
  const alone = begun.reduce((sum, member) => sum + lasted(member), 0);
  return [
    `${formatDuration(last - first)} side by side; one after the other ${formatDuration(alone)} (${formatDuration(Math.max(0, alone - (last - first)))} saved)`,
  ];
};

/** How several clusters came out of a run. `next`: what goes on with those that did not come to their end. */
export const fleetSummary = (
  { members, halt }: FleetEnd,
  { paint, run, next }: { readonly paint: Paint; readonly run: string; readonly next: string },
): string => {
  const rows = alignColumns(
    members.map((member) => {
      const [tone, text] = words[member.outcome];
      return [
        member.cluster,
        member.wave,
        paint(tone, text),
        lasted(member) === 0 ? '' : formatDuration(lasted(member)),
      ];
    }),
  );
  const left = members.filter(({ outcome }) => outcome !== 'done' && outcome !== 'idle');
  return [
    paint('strong', `run ${run}`),
    ...rows.map((row) => `  ${row}`),
    ...timeLine(members),
    ...(halt === undefined ? [] : [paint('warn', halt.because)]),
    ...(left.length === 0 ? [] : [`go on with what is left: ${next}`]),
    '',
  ].join('\n');
};
