import { etcdLacks } from '../oracle/etcd-looked-after.ts';
import { memberLacks } from '../oracle/found-etcd.ts';
import { controlPlanes, isReady, isUnschedulable, takesPods, workloadPods } from '../oracle/reading.ts';
import type { SeenHost } from '../oracle/seen-world.ts';
import { compare } from '../oracle/version.ts';
import type { Cause } from './cause.ts';
import { allWorkersKept, keepsOthersIn, placedNowhere } from './kept-cordons.ts';
import type { Sight } from './remaining.ts';

const wishItself = (...words: readonly string[]): readonly Cause[] => [
  { kind: 'wish', host: undefined, words: [words] },
];

const withoutKey = ({ files }: SeenHost): boolean => files.stat('/etc/kubernetes/pki/ca.key') === undefined;

/** A way back: none that an upgrade may take. Certificates of an authority that is kept elsewhere. */
const impossibleVersion = ({ world, wish, found }: Sight): readonly Cause[] => {
  if (wish.kubelets?.refused !== undefined) return wishItself(wish.kubelets.refused.says);
  if (wish.certificates !== undefined && controlPlanes(world).some(withoutKey)) return wishItself('no key of ca');
  if (wish.rollback === true) return [];
  const versions = controlPlanes(world).flatMap(({ name }) => found.kubelets.get(name) ?? []);
  return versions.some((version) => compare(version, wish.version) > 0)
    ? wishItself('way back', 'goes back', 'downgrade')
    : [];
};

/** Who asks for more workers out at once than may be, or for one that somebody else keeps out. */
const impossibleMaintenance = (sight: Sight): readonly Cause[] => {
  const { world, wish, found } = sight;
  const { maintenance } = wish;
  if (maintenance === undefined) return [];
  const hosts = [...world.hosts.values()];
  const workers = hosts.filter(({ role }) => role === 'worker');
  const out = workers.filter(({ name }) => maintenance.nodes.has(name) || isUnschedulable(world, name));
  if (maintenance.operation === 'drain' && out.length > wish.maxUnavailable)
    return wishItself('may be out', 'maxunavailable', 'is out', 'are out', 'cordoned');
  const isLast = hosts.every(({ name }) => maintenance.nodes.has(name) || !takesPods(world, name));
  if (maintenance.operation === 'drain' && isLast) return wishItself('no other node', 'fits no node');
  const theirs = hosts.filter(({ name }) => found.cordoned.has(name) && isUnschedulable(world, name));
  if (maintenance.operation === 'uncordon')
    return theirs.some(({ name }) => maintenance.nodes.has(name) && !found.keptOut.has(name))
      ? wishItself('somebody else')
      : [];
  return theirs
    .filter((host) => keepsOthersIn(host, sight) || placedNowhere(sight) || allWorkersKept(sight))
    .map(({ name }) => ({
      kind: 'wish',
      host: name,
      words: [
        [name, 'disruption budget', 'evict'],
        ['cordoned', 'is out', 'disruption budget', 'evict'],
      ],
    }));
};

const minorOf = (version: string): string => version.split('.', 2).join('.');

/** Another minor of etcd, an older patch, an image that nobody has. */
const impossibleImage = (image: string, unknown: boolean, { found }: Sight): readonly Cause[] => {
  const wanted = image.slice(image.lastIndexOf(':') + 1);
  const now = [...found.etcd.versions.values()];
  if (now.some((version) => minorOf(version) !== minorOf(wanted))) return wishItself('another minor');
  if (now.some((version) => compare(version, wanted) > 0)) return wishItself('is older');
  return unknown ? wishItself('not found', 'pull') : [];
};

/** A member that is well, whether it always was, came back, or was replaced already; one without which the others have no quorum. */
const impossibleReplacement = (node: string, { world, found }: Sight): readonly Cause[] => {
  const voters = world.etcd.members.filter(({ learner }) => !learner);
  const others = voters.filter(({ host }) => host !== node).length;
  if (controlPlanes(world).length === 1) return wishItself('only control plane');
  if (
    memberLacks(world, node).length === 0 &&
    etcdLacks(world, { etcd: { kind: 'replace', node } }, found.etcd).length === 0
  )
    return wishItself('nothing to replace');
  return others < Math.floor(voters.length / 2) + 1 ? wishItself('voters', 'does not speak for all') : [];
};

const impossibleEtcd = (sight: Sight): readonly Cause[] => {
  const { etcd } = sight.wish;
  if (etcd === undefined) return [];
  return etcd.kind === 'upgrade'
    ? impossibleImage(etcd.image, etcd.unknown, sight)
    : impossibleReplacement(etcd.node, sight);
};

/** The last control plane, or one whose machine took etcd's quorum along; a node whose pods nobody else takes. */
const impossibleNodes = ({ world, wish: { nodes } }: Sight): readonly Cause[] => {
  if (nodes === undefined) return [];
  const isLeaving = ({ name }: SeenHost): boolean => nodes.leaves.has(name);
  if (controlPlanes(world).every(isLeaving)) return wishItself('only control plane');
  // Two operators may both be at it: one of them is then told of the other.
  // Nor is anything begun where another one cannot even be connected to.
  const down = controlPlanes(world).filter(({ power }) => power === 'down');
  if (nodes.gone && !world.etcd.hasQuorum())
    return wishItself('etcd', 'api server', 'connect to the server', 'is owned by', ...down.map(({ name }) => name));
  const leaving = [...world.hosts.values()].filter(isLeaving);
  if (nodes.gone && leaving.some(({ name }) => isReady(world, name))) return wishItself('was heard of a moment ago');
  const others = [...world.hosts.values()].filter((host) => !isLeaving(host) && takesPods(world, host.name));
  const isStuck =
    !nodes.gone && others.length === 0 && leaving.some(({ name }) => workloadPods(world, name).length > 0);
  return isStuck ? wishItself('no other node', 'fits no node', 'disruption budget') : [];
};

/** A host that is none for a node, or of another cluster: that has to be said in one breath with its name. */
const impossibleCreation = ({ wish: { create } }: Sight): readonly Cause[] =>
  create?.refused === undefined ? [] : [{ kind: 'wish', host: undefined, words: create.refused.words }];

/** Why what was asked for cannot be had, whatever happens. */
export const impossibleWish = (sight: Sight): readonly Cause[] => [
  ...impossibleCreation(sight),
  ...impossibleEtcd(sight),
  ...impossibleVersion(sight),
  ...impossibleMaintenance(sight),
  ...impossibleNodes(sight),
];
