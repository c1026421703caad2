import { clusterIdOf, initialClusterText, type FoundingMember } from '../backup/etcd-identity.ts';
import { numberBeyond, readRestoreName, tokenOf, type RestoreName } from '../backup/restore-name.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { etcdAnswer, type EtcdAnswer, type EtcdHere } from '../facts/etcd-here.ts';
import { etcdRestores, type EtcdRestores } from '../facts/etcd-restores.ts';
import { valueOf } from '../facts/fact.ts';
import { externalEtcd } from '../gates/restorable-etcd.ts';
import { controlPlanes } from '../model/cluster.ts';
import { observeNode } from '../run/observe.ts';
import { unreachableNodes } from '../run/reach.ts';
import type { Session } from '../run/session.ts';
import { memberHere } from '../steps/etcd-restoring.ts';
import type { Obstacle } from './obstacles.ts';

/** What a restore wants to know of a control plane before it can be planned. */
export interface ControlPlaneSight {
  readonly node: string;
  readonly restores: EtcdRestores;
  readonly etcd: EtcdAnswer;
}

const lookAt = async (session: Session, node: string): Promise<ControlPlaneSight | Obstacle> => {
  const seen = await observeNode(session, node, [etcdRestores, etcdAnswer]);
  const restores = valueOf(etcdRestores, seen.get(etcdRestores.key));
  const etcd = valueOf(etcdAnswer, seen.get(etcdAnswer.key)) ?? { why: 'it could not be asked' };
  if (restores !== undefined) return { node, restores, etcd };
  return {
    node,
    message: 'what earlier restores left cannot be read',
    fix: `look on ${node}: ls -la /var/lib/nodeops-etcd`,
  };
};

const allMembers =
  'all control planes are restored from the same snapshot, at once: bring it up, or take it out of the inventory where it is gone for good (and `kubeadm reset` it before it is started again)';

/** Looks at every control plane; where one cannot be looked at, or has no etcd of its own, what stands in the way. Reads only. */
export const lookForRestore = async (
  session: Session,
): Promise<readonly ControlPlaneSight[] | { readonly obstacles: readonly Obstacle[] }> => {
  const names = controlPlanes(session.cluster).map(({ name }) => name);
  const lost = (await unreachableNodes(session)).filter(({ node }) => names.includes(node));
  if (lost.length > 0)
    return { obstacles: lost.map(({ fix, ...each }) => ({ ...each, fix: `${fix}\n    ${allMembers}` })) };
  const seen = await Promise.all(names.map((name) => lookAt(session, name)));
  const sights = seen.flatMap((each) => ('restores' in each ? [each] : []));
  const obstacles = seen.flatMap((each) => ('message' in each ? [each] : []));
  const elsewhere = sights
    .filter(({ restores }) => restores.manifests['etcd'] === undefined)
    .map(({ node }) => ({ node, trouble: externalEtcd(node) }))
    .map(({ node, trouble }) => ({ node, message: trouble.because, fix: trouble.fix }));
  return obstacles.length + elsewhere.length > 0 ? { obstacles: [...obstacles, ...elsewhere] } : sights;
};

/** The members to restore: one on each control plane, as its manifest starts it. */
export const membersOf = (sights: readonly ControlPlaneSight[]): readonly FoundingMember[] =>
  sights.flatMap(({ restores }) => memberHere(restores) ?? []);

/** The etcd that answers with the most. */
export const newestAnswer = (sights: readonly ControlPlaneSight[]): EtcdHere | undefined =>
  sights.flatMap(({ etcd }) => etcd.here ?? []).toSorted((a, b) => b.revision - a.revision)[0];

/** The restore that was begun last, if any. */
const latest = (sights: readonly ControlPlaneSight[]): RestoreName | undefined =>
  sights
    .flatMap(({ restores }) => restores.restores.flatMap(({ name }) => readRestoreName(name) ?? []))
    .toSorted((a, b) => b.number - a.number)[0];

/** A control plane that came later knows nothing of it, and does not make it unfinished. */
const isFinished = (sights: readonly ControlPlaneSight[], name: string): boolean => {
  const found = sights.flatMap(({ restores }) => restores.restores.filter((each) => each.name === name));
  return found.length > 0 && found.every(({ marks }) => marks.includes('done'));
};

export interface Decision {
  readonly name: RestoreName;
  readonly state: 'new' | 'unfinished' | 'finished';
}

/**
 * Which restore is meant: the one that was begun with this backup and not ended goes on; one that was ended is not done
 * a second time unless it is asked for; any other gets the next number.
 */
export const decideRestore = (
  sights: readonly ControlPlaneSight[],
  { id, etcd }: Pick<BackupManifest, 'id' | 'etcd'>,
  again: boolean,
): Decision => {
  const last = latest(sights);
  if (last?.backup === id) {
    if (!isFinished(sights, `${last.number}-${id}`)) return { name: last, state: 'unfinished' };
    if (!again) return { name: last, state: 'finished' };
  }
  const number = numberBeyond((last?.number ?? 0) + 1, newestAnswer(sights)?.revision ?? 0, etcd.revision);
  return { name: { number, backup: id }, state: 'new' };
};

/** Whether the etcd that answers is what this restore has made: then nothing of it is lost by going on. */
export const isRestored = (sights: readonly ControlPlaneSight[], name: RestoreName): boolean =>
  newestAnswer(sights)?.clusterId === clusterIdOf(membersOf(sights), tokenOf(name));

/** As `--initial-cluster` has them. */
export const membersText = (sights: readonly ControlPlaneSight[]): string => initialClusterText(membersOf(sights));
