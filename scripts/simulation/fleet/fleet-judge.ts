import { expectedEnd, judgeEnd, type SeenEnd } from '../../../src/simulator/faults/expected-end.ts';
import type { Sight } from '../../../src/simulator/faults/remaining.ts';
import { converged } from '../../../src/simulator/oracle/converged.ts';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import type { FleetWatch } from '../../../src/simulator/oracle/fleet-watch.ts';
import type { DriveEnd } from '../../../src/simulator/simulation/drive.ts';
import { judgeError, type Judgement } from '../judge.ts';
import type { FleetMember } from './fleet-member.ts';
import type { FleetEnd } from './fleet-operators.ts';

export interface FleetEvidence {
  readonly end: DriveEnd;
  readonly ends: readonly FleetEnd[];
  readonly members: readonly FleetMember[];
  readonly watch: FleetWatch;
}

type Outcome = SeenEnd['outcome'];
const outcomes: readonly string[] = ['done', 'failed', 'blocked', 'interrupted', 'outside-window'];
const isOutcome = (text: string): text is Outcome => outcomes.includes(text);

/** How the program says that it ended in one cluster; undefined where it was not begun, whatever the reason. */
const saidOf = ({ how, finished }: FleetEnd, name: string): Outcome | undefined => {
  if (finished === undefined) return typeof how === 'object' && 'code' in how && how.code === 0 ? 'done' : undefined;
  const outcome = finished.members.find(({ cluster }) => cluster === name)?.outcome;
  if (outcome === 'idle') return 'done';
  return outcome !== undefined && isOutcome(outcome) ? outcome : undefined;
};

const sightOf = ({ ground, wish, oracle }: FleetMember): Sight => ({ world: ground.world, wish, found: oracle.found });

/** Something stands in its way for good, be it that a person keeps a node out. */
const isIll = (member: FleetMember): boolean =>
  expectedEnd(member.trouble.injector.struck, sightOf(member)).end === 'blocked';

/** A cluster that was left as it is has to be held back by another one, of which the program speaks. */
const judgeLeft = (member: FleetMember, last: FleetEnd, members: readonly FleetMember[]): readonly string[] => {
  const lacks = converged(member.ground.world, member.wish, member.oracle.found);
  if (lacks.length === 0) return [];
  // Where one wave could not stay within its failures anyway, nothing is begun in any.
  const nothingBegun = last.finished === undefined;
  const ill = members.filter((each) => isIll(each) && (nothingBegun || each.cluster.wave <= member.cluster.wave));
  const says = last.finished?.halt?.because ?? last.stderr;
  const named = ill.some(({ name }) => new RegExp(`\\b${name}\\b`).test(says));
  if (named) return [];
  const first = says.split('\n')[0] ?? '';
  return [`${member.name} was left as it is, and nothing of its wave or an earlier one stands in the way: ${first}`];
};

const judgeMember = (member: FleetMember, last: FleetEnd, members: readonly FleetMember[]): readonly string[] => {
  const outcome = saidOf(last, member.name);
  if (outcome === undefined) return judgeLeft(member, last, members);
  const own = last.own.get(member.name);
  const text = own?.reason ?? `${last.stdout}${last.stderr}`;
  const seen = { outcome, text, lookedAt: own?.lookedAt ?? 0 };
  return judgeEnd(seen, member.trouble.injector.struck, sightOf(member)).map((lack) => `${member.name}: ${lack}`);
};

/** What a simulated fleet that came to its end comes to. */
export const judgeFleet = ({ end, ends, members, watch }: FleetEvidence): Judgement => {
  const errors = ends.flatMap(({ how }) => (typeof how === 'object' && 'error' in how ? [how.error] : []));
  const error = errors.find((each) => each instanceof SimulatorGap) ?? errors[0];
  if (error !== undefined) return judgeError(error);
  const broken = [
    ...members.flatMap(({ name, oracle, watch: commands, shown }) => [
      ...[...oracle.breaks, ...commands.breaks].map(
        ({ invariant, what }) => `invariant ${invariant}: ${name}: ${what}`,
      ),
      ...shown.misshown,
    ]),
    ...watch.breaks,
  ];
  if (broken.length > 0) return { verdict: 'broken', what: broken };
  const needless = members.flatMap(({ oracle }) => [...oracle.leaders.lacks, ...oracle.window.lacks]);
  if (needless.length > 0) return { verdict: 'unconverged', what: needless };
  const last = ends.findLast(({ how }) => how !== 'killed');
  if (end !== 'done' || last === undefined) return { verdict: 'unconverged', what: [`the simulation ended: ${end}`] };
  const what = members.flatMap((member) => judgeMember(member, last, members));
  return { verdict: what.length === 0 ? 'as-expected' : 'unconverged', what };
};
