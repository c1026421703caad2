import type { Finding } from './finding.ts';
import { podName } from './evictable-pods.ts';
import { isScalable, ownerArgument, ownerText, selectorText, type Owner } from './owner.ts';
import { budgetKey, type Actor } from './scene.ts';
import type { ComesBack, DrainTrace, Homeless, Outage, Refused, Trace } from './trace.ts';

/** A pod as it is now, or one that will come into being. */
const named = ({ pod, moved, owner }: Actor): string =>
  moved && owner !== undefined ? `a pod of ${ownerText(owner)}` : podName(pod);

const whose = ({ pod, moved, owner }: Actor): Pick<Finding, 'pod' | 'owner'> => ({
  ...(moved ? {} : { pod: podName(pod) }),
  ...(owner === undefined ? {} : { owner: ownerText(owner) }),
});

const lackingText = ({ lacking }: Refused): string =>
  lacking
    .map(({ actor, homeless, why }) =>
      homeless ? `${named(actor)} fits no node (${why})` : `${named(actor)} is not ready (${why})`,
    )
    .join('; ');

/** How a refused pod could go in time. */
const wayOut = ({ budget, lacking }: Refused, together: boolean): string => {
  const ill = lacking.find(({ homeless }) => !homeless);
  if (together) return 'drain one node at a time: `workers: { maxUnavailable: 1 }` in the inventory';
  if (ill !== undefined)
    return `repair it first: kubectl -n ${budget.namespace} describe pod ${ill.actor.moved ? `--selector=${selectorText(ill.actor.pod)}` : ill.actor.pod.name}`;
  const spec = budget.maxUnavailable === undefined ? { minAvailable: 0 } : { maxUnavailable: '100%' };
  return `make room for it on another node, or accept that it is away: kubectl -n ${budget.namespace} patch poddisruptionbudget ${budget.name} --type=merge --patch='${JSON.stringify({ spec })}'`;
};

interface Look {
  readonly timeoutSeconds: number;
  /** Other nodes are drained at the same time. */
  readonly together: boolean;
}

const refusedFinding = (node: string, refused: Refused, { timeoutSeconds, together }: Look): Finding => {
  const { actor, budget, lacking, moving } = refused;
  const at = { node, budget: budgetKey(budget), ...whose(actor) };
  const missing = lackingText(refused);
  const because = `${named(actor)} cannot be evicted within ${timeoutSeconds} s: budget ${budgetKey(budget)} needs ${budget.desiredHealthy} ready, and ${missing === '' ? 'has no more' : missing}`;
  if (moving)
    return { ...at, level: 'warn', kind: 'too-slow', because, fix: 'raise `drain: { timeout: … }` in the inventory' };
  const certain = !actor.guessed && lacking.length > 0 && lacking.every((one) => one.certain);
  return { ...at, level: certain ? 'block' : 'warn', kind: 'stays-refused', because, fix: wayOut(refused, together) };
};

/** What the budgets did not let go, once for each budget and node. */
export const refusedFindings = ({ node, refused }: DrainTrace, look: Look): readonly Finding[] =>
  [...Map.groupBy(refused, ({ budget }) => budgetKey(budget)).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const finding = refusedFinding(node, first, look);
    return [
      others.length === 0 ? finding : { ...finding, because: `${finding.because} (${others.length} more like it)` },
    ];
  });

const isCoreDns = ({ namespace, name }: Owner): boolean => namespace === 'kube-system' && name === 'coredns';

const restart = (owner: Owner): string => `kubectl -n ${owner.namespace} rollout restart ${ownerArgument(owner)}`;

const awayText = ({ from, to }: Outage): string =>
  Number.isFinite(to)
    ? `away for about ${Math.max(1, Math.round(to - from))} s`
    : 'away until something is done about it';

const outageText = (outage: Outage): string => {
  const { owner, replicas, evicted, node } = outage;
  if (replicas === 1) return `${ownerText(owner)} has one replica: ${awayText(outage)} while its pod moves`;
  const all =
    evicted.length >= replicas
      ? `all ${replicas} pods`
      : `${evicted.length} of ${replicas} pods, the last that are ready,`;
  const where = evicted.some(({ moved }) => moved) ? `may be on ${node} by then and` : `are on ${node} and`;
  return `${all} of ${ownerText(owner)} ${where} go at once, since no budget keeps one: ${awayText(outage)}`;
};

const outageFix = ({ owner, evicted, replicas }: Outage): string => {
  const [first] = evicted;
  if (replicas === 1)
    return isScalable(owner)
      ? `kubectl -n ${owner.namespace} scale ${ownerArgument(owner)} --replicas=2, where it may run twice`
      : `see that its users can do without it for that time`;
  if (isCoreDns(owner)) return `spread it first: ${restart(owner)}`;
  const selector = first === undefined ? '' : selectorText(first.pod);
  const budget = `kubectl -n ${owner.namespace} create poddisruptionbudget ${owner.name} --selector=${selector} --min-available=1`;
  const moved = evicted.some((one) => one.moved);
  return isScalable(owner) && !moved
    ? `spread it first: ${restart(owner)}; then keep one up: ${budget}`
    : `keep one up: ${budget}`;
};

const outageFinding = (outage: Outage, homeless: readonly Homeless[]): Finding => {
  const { owner, node } = outage;
  const stranded = homeless.find(
    (one) => one.node === node && one.actor.owner !== undefined && ownerText(one.actor.owner) === ownerText(owner),
  );
  return {
    level: 'warn',
    kind: 'outage',
    node,
    owner: ownerText(owner),
    because: `${outageText(outage)}${stranded === undefined ? '' : `; it fits no other node (${stranded.why})`}`,
    fix: outageFix(outage),
  };
};

const homelessFinding = ({ actor, node, why }: Homeless): Finding => ({
  level: 'warn',
  kind: 'homeless',
  node,
  ...whose({ ...actor, moved: true }),
  because: `${named(actor)} from ${node} fits no other node until ${node} is back (${why})`,
  fix: 'make room for it on another node, or accept that it is away',
});

const comesBackFinding = ({ actor, node, only }: ComesBack): Finding => ({
  level: only ? 'block' : 'warn',
  kind: 'comes-back',
  node,
  ...whose({ ...actor, moved: true }),
  because: `${named(actor)} tolerates the cordon: its replacement ${only ? 'fits only' : 'may come back to'} ${node}, and the node is not empty then`,
  fix: 'take from it the toleration of node.kubernetes.io/unschedulable (`operator: Exists` without a key tolerates everything)',
});

const once = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [`${one.kind} ${one.node} ${one.owner ?? one.pod ?? ''}`, one])).values(),
];

/** What the workload has to bear. */
export const sufferings = ({ outages, homeless, comesBack }: Trace): readonly Finding[] => {
  // A single replica is told of where it is now, not of every node that it may come to.
  const away = outages
    .filter(({ replicas, evicted }) => replicas > 1 || evicted.every(({ moved }) => !moved))
    .map((outage) => outageFinding(outage, homeless));
  const stranded = homeless
    .map(homelessFinding)
    .filter(({ owner, node }) => !away.some((one) => one.owner === owner && one.node === node));
  return once([...away, ...stranded, ...comesBack.map(comesBackFinding)]);
};
