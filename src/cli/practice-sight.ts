import { ownCheck as checkLine, ownPlace, ownScript } from '../commands/own-command.ts';
import { ownCheck, type OwnCheck } from '../facts/own-check.ts';
import { valueOf, type Fact } from '../facts/fact.ts';
import { nodes } from '../facts/nodes.ts';
import { practiceTask, type PracticeTaskState } from '../facts/practice-task.ts';
import { controlPlanes, workers, type Cluster, type Node } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Observed } from '../model/observed.ts';
import { fillText } from '../practice/compose.ts';
import { whole } from '../practice/scripts.ts';
import type { PracticeTask, TaskPlace } from '../practice/task-schema.ts';
import type { MarkedItem } from '../report/practice-text.ts';
import { observeCluster, observeNode } from '../run/observe.ts';
import type { Session } from '../run/session.ts';
import { whyUnknown } from './why-unknown.ts';

/** Who takes part in a task: the first control plane, and a worker where the cluster has one. */
export interface Players {
  readonly controlPlane: string;
  /** Empty where the cluster has none. */
  readonly worker: string;
}

/** @throws UsageError for a cluster without control planes, or a worker that is not one. */
export const playersOf = (cluster: Cluster, wanted?: string): Players => {
  const [first] = controlPlanes(cluster);
  if (first === undefined) throw new UsageError(`${cluster.name} has no control plane in the inventory`);
  const names = workers(cluster).map(({ name }) => name);
  if (wanted !== undefined && wanted !== '' && !names.includes(wanted))
    throw new UsageError(`${wanted} is no worker of ${cluster.name}: its workers are ${names.join(', ') || 'none'}`);
  return { controlPlane: first.name, worker: wanted ?? names[0] ?? '' };
};

export type TaskSight =
  | { readonly kind: 'none' }
  | { readonly kind: 'task'; readonly state: PracticeTaskState }
  | { readonly kind: 'unknown'; readonly why: string };

/** Which task is set up, as the first control plane keeps it. Reads only. */
export const lookForTask = async (session: Session): Promise<TaskSight> => {
  const { controlPlane } = playersOf(session.cluster);
  const observed = (await observeNode(session, controlPlane, [practiceTask])).get(practiceTask.key);
  const state = valueOf(practiceTask, observed);
  if (state !== undefined) return { kind: 'task', state };
  return observed?.kind === 'absent'
    ? { kind: 'none' }
    : { kind: 'unknown', why: `${controlPlane}: ${whyUnknown(observed, 'it did not answer')}` };
};

/** Why a task is not set up now: what it leaves could not be told from what was there. Reads only. */
export const whyNotWell = async (session: Session): Promise<string | undefined> => {
  const { observations } = await observeCluster(session, [nodes]);
  const observed = observations.get(nodes.key);
  const found = valueOf(nodes, observed);
  if (found === undefined) return whyUnknown(observed, 'no control plane can be asked');
  const notReady = found.filter(({ ready }) => ready !== 'True').map(({ name }) => name);
  return notReady.length === 0 ? undefined : `not Ready: ${notReady.join(', ')}`;
};

const nodesFor = (cluster: Cluster, place: TaskPlace, { controlPlane, worker }: Players): readonly Node[] =>
  place === 'every-node'
    ? cluster.nodes
    : cluster.nodes.filter(({ name }) => name === (place === 'worker' ? worker : controlPlane));

const itemOf = (item: string, fact: Fact<OwnCheck>, observed: Observed<unknown> | undefined): MarkedItem => {
  const answer = valueOf(fact, observed);
  if (answer === undefined) return { item, verdict: 'unknown', seen: whyUnknown(observed, 'it did not answer') };
  if (answer.kind === 'passed') return { item, verdict: 'passed', seen: '' };
  const seen = answer.said === '' ? `rc ${answer.code}` : answer.said;
  return { item, verdict: answer.kind === 'not-run' ? 'unknown' : 'missed', seen };
};

/** Every item of a task's checklist, in its order, by what the nodes say now; one for each node that it is about. Reads only. */
export const markTask = async (
  session: Session,
  task: PracticeTask,
  players: Players,
): Promise<readonly MarkedItem[]> => {
  const { cluster } = session;
  const parameters = { node: players.worker || players.controlPlane, ...players };
  const asked = task.checklist.flatMap(({ item, on, check }) =>
    nodesFor(cluster, on, players).map(({ name: node, role }) => {
      const place = ownPlace({ cluster: cluster.name, node, role }, { parameters });
      const title = fillText(on === 'every-node' ? `${item} (${node})` : item, players);
      return { node, title, fact: ownCheck(item, checkLine(ownScript(whole(check)), place)) };
    }),
  );
  const seen = new Map(
    await Promise.all(
      [...Map.groupBy(asked, ({ node }) => node)].map(
        async ([node, all]) =>
          [
            node,
            await observeNode(
              session,
              node,
              all.map(({ fact }) => fact),
            ),
          ] as const,
      ),
    ),
  );
  return asked.map(({ node, title, fact }) => itemOf(title, fact, seen.get(node)?.get(fact.key)));
};
