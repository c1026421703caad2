import { drawCertificates } from './operations/certificates-scenario.ts';
import { drawEtcd } from './operations/etcd-scenario.ts';
import { drawKubelet } from './operations/kubelet-scenario.ts';
import { drawJoins, drawNodes } from './operations/nodes-scenario.ts';
import { Random } from '../../src/simulator/random.ts';
import { drawMaintenance, drawPatches } from './maintenance.ts';
import { clusterName, isOverMinors, longWay, type Course, type Scenario, type Topology, type Way } from './scenario.ts';

/** A patch, a minor, and a minor that comes with a flag that the kubelet dropped. */
const versions: readonly (readonly [string, string])[] = [
  ['1.36.1', '1.36.3'],
  ['1.35.4', '1.36.3'],
  ['1.34.2', '1.35.4'],
];

/** What cannot be had: back to a minor, back to a patch. */
const impossible: readonly (readonly [string, string])[] = [
  ['1.36.3', '1.35.4'],
  ['1.36.3', '1.36.1'],
];

/** Long enough that it is not found by chance. */
const mirrorPassword = 'Zx7-mirror-Qn4';

/** Drawn from the seed beside all else, so that they can change without the others changing too. */
const rarities = (seed: number, way: readonly [string, string], only: Course | undefined) => {
  const random = new Random(seed ^ 0x7a7e);
  const dryRunFirst = random.chance(0.15);
  const password = random.chance(0.2) ? { mirrorPassword } : {};
  const longer = random.chance(0.08) || only === 'back-over-minors' ? longWay : way;
  const [from, to] = random.chance(0.04) && only === undefined ? random.pick(impossible) : longer;
  const workers = random.pick(['each-hop', 'last'] as const);
  const drain = random.chance(0.12) ? { drain: random.pick(['minor-only', 'none'] as const) } : {};
  const mayGoBack = (random.chance(0.1) || only === 'back-over-minors') && from !== '1.36.3';
  const cut = random.chance(0.4) ? 'done' : random.between(60, 200) * (isOverMinors({ from, to }) ? 3 : 1);
  const byItself = random.chance(0.25) && drain.drain === undefined;
  const goesBack = mayGoBack ? ({ goesBack: byItself ? 'by-itself' : cut } as const) : {};
  return { dryRunFirst, ...password, from, to, way: { workers, ...drain }, ...goesBack };
};

/**
 * Some clusters have a window: closed when all begins, or soon afterwards, or open for long enough. Drawn from the seed beside all else, so
 * that seeds without one stay as they were. A cluster that goes back was upgraded before, at any time.
 */
const windowFor = (seed: number, { goesBack, from, to }: Pick<Scenario, 'goesBack' | 'from' | 'to'>) => {
  const random = new Random(seed ^ 0x3c10c);
  const minutes = random.between(40, 70);
  const left = random.pick([random.between(-20, 0), random.between(1, 5), random.between(18, 30)]);
  const isPossible = goesBack === undefined && !impossible.some(([one, other]) => one === from && other === to);
  return random.chance(0.12) && isPossible ? { window: { minutes, openFor: minutes - left } } : {};
};

/** Where nobody is there to take a pod, `--drain none` is the only way; otherwise as it was drawn. */
const fitting = (topology: Topology, { drain }: Way): Topology =>
  drain === 'none' && topology.workers === 1 ? { controlPlanes: 1, workers: 0 } : topology;

/** What most clusters are, and now and then a large one. */
const topologyFor = (random: Random): Topology => {
  if (random.chance(0.004)) return { controlPlanes: 5, workers: random.between(10, 30) };
  return { controlPlanes: random.pick([1, 1, 1, 1, 2, 3, 3]), workers: random.pick([1, 1, 2, 2, 3]) };
};

const namesOf = ({ controlPlanes, workers }: Topology): readonly string[] => [
  ...Array.from({ length: controlPlanes }, (_, at) => `${clusterName}-cp${at + 1}`),
  ...Array.from({ length: workers }, (_, at) => `${clusterName}-w${at + 1}`),
];

/** The same cluster, and no other version is wished for. Who only cordons or gives back is held to no window. */
const maintained = ({ goesBack: _none, window, way, ...scenario }: Scenario): Scenario => {
  const maintenance = drawMaintenance({ ...scenario, names: namesOf(scenario) });
  const isTimed = !['cordon', 'uncordon'].includes(maintenance.operation);
  return {
    ...scenario,
    to: scenario.from,
    way: { workers: way.workers, ...(way.drain === 'none' ? { drain: way.drain } : {}) },
    ...(window === undefined || !isTimed ? {} : { window }),
    maintenance,
  };
};

const upgradeOf = (seed: number, given: Topology | undefined, course: Course | undefined): Scenario => {
  const random = new Random(seed);
  const drawn = topologyFor(random);
  const way = random.pick(versions);
  const several = random.chance(0.3);
  const rare = rarities(seed, way, course);
  const topology = given ?? fitting(drawn, rare.way);
  return {
    seed,
    ...topology,
    ...rare,
    ...windowFor(seed, rare),
    otherMachine: random.chance(0.3),
    // With fewer, nothing would be left for what the budget protects: a drain could never end.
    maxUnavailable: several && topology.workers >= 3 ? 2 : 1,
  };
};

/** What is typed in the place of an upgrade, on a cluster that stays at its version. */
const operated = ({ goesBack: _never, ...scenario }: Scenario, course: Course | undefined): Scenario => {
  const { seed, from } = scenario;
  const stays = { ...scenario, to: from, way: { workers: 'each-hop' } as const };
  if (course === 'certificates') return { ...stays, certificates: drawCertificates(seed) };
  const nodes = scenario.controlPlanes + scenario.workers;
  return course === 'kubelet-config' ? { ...stays, kubelets: drawKubelet(seed, nodes) } : stays;
};

/** An upgrade by one minor or patch with that of the hosts; a drain for a minor only does not go with it. */
const patched = ({ goesBack: _never, from, to, way, window, ...scenario }: Scenario): Scenario => {
  const [first, last] = new Random(scenario.seed ^ 0x9a7c).pick(versions);
  const isOneHop = versions.some(([older, newer]) => older === from && newer === to);
  return {
    ...scenario,
    ...(isOneHop ? { from, to } : { from: first, to: last }),
    way: { workers: way.workers, ...(way.drain === 'none' ? { drain: way.drain } : {}) },
    // A control plane may take up to 45 minutes of it then.
    ...(window === undefined ? {} : { window: { ...window, minutes: window.minutes + 10 } }),
    patches: drawPatches({ ...scenario, names: namesOf(scenario) }),
  };
};

/** etcd is looked after on a cluster of its own kind. Who lost a member is held to no window. */
const etcdLookedAfter = (
  { goesBack: _never, window, ...scenario }: Scenario,
  given: Topology | undefined,
): Scenario => {
  const drawn = drawEtcd(scenario.seed, given);
  return {
    ...scenario,
    ...drawn,
    to: drawn.from,
    maxUnavailable: 1,
    way: { workers: 'each-hop' },
    ...(window === undefined || drawn.etcd.kind === 'replace' ? {} : { window }),
  };
};

/** Nodes that leave or join, in a cluster that has room for that. */
const moved = (
  { goesBack: _never, ...scenario }: Scenario,
  { size, nodes }: ReturnType<typeof drawNodes>,
): Scenario => {
  const several = scenario.maxUnavailable > 1 && size.workers >= 3;
  const { window, ...others } = scenario;
  return {
    ...others,
    ...size,
    // Whoever only adds is held to no window.
    ...(window === undefined || nodes.operation === 'add' || nodes.operation === 'replace' ? {} : { window }),
    to: scenario.from,
    way: { workers: 'each-hop' },
    maxUnavailable: several ? 2 : 1,
    nodes,
  };
};

/** The scenario of a seed; a topology that is given takes the place of the drawn one. */
export const scenarioOf = (seed: number, given?: Topology, course?: Course): Scenario => {
  const drawn = upgradeOf(seed, given, course);
  if (course === 'maintenance') return maintained(drawn);
  if (course === 'patched-upgrade') return patched(drawn);
  if (course === 'etcd') return etcdLookedAfter(drawn, given);
  if (course === 'nodes') return moved(drawn, drawNodes(seed, clusterName, given));
  if (course === 'joins') return moved(drawn, drawJoins(seed, clusterName, given));
  return course === undefined || course === 'back-over-minors' ? drawn : operated(drawn, course);
};
