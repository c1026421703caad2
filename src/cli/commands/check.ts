import { window as windowGate } from '../../gates/window.ts';
import { etcdHosts } from '../../model/cluster.ts';
import { exitCode, worse } from '../../model/errors.ts';
import { blocksOf, warningsOf, type Trouble, type Verdict } from '../../model/verdict.ts';
import { createWorld, type World } from '../../plan/world.ts';
import { gatesText, type GateFinding, type GateReport } from '../../report/gates-text.ts';
import { paintFor } from '../../report/paint.ts';
import { look } from '../../run/look.ts';
import { bindWish } from '../../run/prepare-plan.ts';
import { unreachableNodes, type Unreachable } from '../../run/reach.ts';
import type { Session } from '../../run/session.ts';
import { findGate } from '../../playbook/known.ts';
import { stepsOfPhases } from '../../steps/bound.ts';
import { judge } from '../../steps/see.ts';
import type { BoundStep } from '../../steps/step.ts';
import { inLookSession } from '../look-session.ts';
import type { OutputFormat, Parts } from '../parts.ts';
import { planWish, type ClusterWish } from '../cluster-wish.ts';
import { tellCounters } from '../playbook-run.ts';
import { shownValue } from '../shown-value.ts';
import type { WayOptions } from '../way.ts';
import { wishesOf, type UpgradeOptions } from './upgrade.ts';

export type CheckOptions = Pick<
  UpgradeOptions,
  'inventory' | 'cluster' | 'limit' | 'only' | 'to' | 'waive' | 'acceptNewHostKeys' | keyof WayOptions
> & { readonly output: OutputFormat };

/** What waits for something that passes by itself within seconds is worth a second look; apt's lock is not waited out. */
const patienceMs = 15_000;
const pauseMs = 1000;

const whereOf = ({ on }: BoundStep): string | undefined => (on.kind === 'node' ? on.node : undefined);

const evidenceOf = (world: World, step: BoundStep): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.values(step.facts).map((fact) => [fact.key, shownValue(world.get(step.on, fact))]));

const troublesOf = (verdict: Verdict): Pick<GateFinding, 'verdict' | 'blocks' | 'warnings'> => {
  const blocks: readonly Trouble[] =
    verdict.kind === 'blocked'
      ? blocksOf(verdict)
      : verdict.kind === 'pending'
        ? [{ because: `still waiting for ${verdict.waitingFor}`, fix: verdict.fix ?? 'wait, and check again' }]
        : [];
  const warnings = verdict.kind === 'satisfied' || verdict.kind === 'blocked' ? warningsOf(verdict) : [];
  return { verdict: blocks.length > 0 ? 'block' : warnings.length > 0 ? 'warn' : 'pass', blocks, warnings };
};

const findingOf = (world: World, step: BoundStep): GateFinding => {
  const where = whereOf(step);
  const troubles = troublesOf(judge(step, (fact) => world.get(step.on, fact)).verdict);
  return {
    gate: step.id,
    ...(where === undefined ? {} : { node: where }),
    ...troubles,
    why: step.explain.why,
    source: step.explain.source,
    waivable: findGate(step.id)?.waivable === true,
    ...(step.waiver === undefined ? {} : { waiver: step.waiver }),
    evidence: troubles.verdict === 'pass' ? {} : evidenceOf(world, step),
  };
};

/** Being reached at all is the gate before all others. */
const unreached = ({ node, message, fix }: Unreachable): GateFinding => ({
  gate: 'connection',
  node,
  verdict: 'block',
  blocks: [{ because: message, fix }],
  warnings: [],
  why: 'A node that cannot be reached, or on which nothing can be done as root, cannot be upgraded.',
  source: 'ssh(1), sudo(8)',
  waivable: false,
  evidence: {},
});

const isPending = (world: World, step: BoundStep): boolean =>
  judge(step, (fact) => world.get(step.on, fact)).verdict.kind === 'pending';

/** Everything is looked at at once; what waits is looked at again for a moment. */
const seeAll = async (session: Session, gates: readonly BoundStep[]): Promise<World> => {
  const world = createWorld();
  await look(session, gates, world);
  const until = session.clock.now() + patienceMs;
  for (;;) {
    const waiting = gates.filter((gate) => gate.limits.pendingMs > 0 && isPending(world, gate));
    if (waiting.length === 0 || session.clock.now() > until) return world;
    await session.clock.sleep(pauseMs);
    await look(session, waiting, world);
  }
};

const checkCluster = async (session: Session, wish: ClusterWish): Promise<GateReport> => {
  const lost = await unreachableNodes(session);
  const reached = wish.nodes.map(({ name }) => name).filter((name) => !lost.some(({ node }) => node === name));
  const hosts = etcdHosts(wish.cluster).map(({ name }) => name);
  const canBeAsked = (node: string): boolean =>
    reached.includes(node) || (hosts.includes(node) && !lost.some((each) => each.node === node));
  const bound = stepsOfPhases(bindWish(wish.cluster, planWish(wish, reached, 'none')));
  const gates = bound.filter(
    ({ id, on }) => findGate(id) !== undefined && (on.kind === 'cluster' || canBeAsked(on.node)),
  );
  const world = await seeAll(session, gates);
  const version = wish.parameters['version'];
  return {
    cluster: wish.cluster.name,
    ...(typeof version === 'string' ? { version } : {}),
    findings: [...lost.map(unreached), ...gates.map((gate) => findingOf(world, gate))],
  };
};

/** Where only the maintenance window is closed nothing is wrong with the cluster. */
const codeOf = ({ findings }: GateReport): number => {
  const blocks = findings.filter(({ verdict }) => verdict === 'block');
  if (blocks.length === 0) return exitCode.done;
  return blocks.every(({ gate }) => gate === windowGate.id) ? exitCode.outsideWindow : exitCode.blocked;
};

const print = (parts: Parts, report: GateReport, output: OutputFormat): void =>
  void parts.stdout.write(
    output === 'json' ? `${JSON.stringify(report)}\n` : gatesText(report, paintFor(parts.stdout, parts.env)),
  );

/**
 * `nodeops check`: every gate of an upgrade, all at once, whatever the others say. Writes nothing. Exit code 3 where one
 * stands in the way, 6 where that is the maintenance window alone. @throws UsageError before anything is connected to.
 */
export const check = async (parts: Parts, options: CheckOptions): Promise<number> => {
  let code: number = exitCode.done;
  for (const wish of wishesOf(parts, options)) {
    const report = await inLookSession(parts, wish.cluster, options, async (session) => {
      const found = await checkCluster(session, wish);
      print(parts, found, options.output);
      tellCounters(parts, session);
      return found;
    });
    code = worse(code, codeOf(report));
  }
  return code;
};
