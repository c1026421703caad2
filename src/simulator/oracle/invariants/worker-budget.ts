import type { Actor } from '../../world/actor.ts';
import type { SeenHost } from '../seen-world.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { isUnschedulable, workers } from '../reading.ts';
import { minorNumber } from '../version.ts';

/** Why another worker counts as out: out through us, or out otherwise for long enough to be seen. */
const whyOut = ({ world, history, wish }: Scene, other: SeenHost, actor: Actor, node: string): string | undefined => {
  const cordon = history.cordons.get(other.name);
  if (isUnschedulable(world, other.name) && cordon !== undefined) {
    const ours = cordon.by.kind === 'nodeops';
    // Beneath pods that run on, nothing is taken out that somebody else’s cordon would have to be counted with.
    const counts = wish.kubelets?.inPlace !== true && history.couldBeSeen(cordon.since, actor, node);
    if (ours || counts) return `cordoned by ${ours ? 'us' : 'somebody else'}`;
  }
  const trouble = history.notReady.get(other.name);
  return trouble !== undefined && history.couldBeSeen(trouble.since, actor, node) ? trouble.what : undefined;
};

/** Over several minors, who has come further has nothing left to do in the hop of the one behind. */
const isAhead = ({ kubelet: { running } }: SeenHost, behind: SeenHost | undefined): boolean =>
  running !== undefined &&
  behind?.kubelet.running !== undefined &&
  minorNumber(running) > minorNumber(behind.kubelet.running);

/** Nodes found out go first: none of them may still wait, untouched by this program, when a good one is taken. */
const askTurn = (scene: Scene, actor: Actor, node: string): void => {
  const { world, wish, history, found } = scene;
  if (actor.kind !== 'nodeops') return;
  const program = history.programs.get(actor.program);
  for (const other of workers(world)) {
    const out = found.cordoned.has(other.name) || (found.away.has(other.name) && history.sickNodes.has(other.name));
    const since = history.cordons.get(other.name)?.since ?? -Infinity;
    if (other.name === node || !out || other.power !== 'up' || other.kubelet.running === wish.version) continue;
    if (isAhead(other, world.hosts.get(node))) continue;
    if (program?.steps.has(other.name) === true || since >= (program?.startedAt ?? -Infinity)) continue;
    scene.broken(`${node} was taken before ${other.name}, which was out already and waits for its upgrade`);
  }
};

const takeOut = (scene: Scene, node: string, actor: Actor): void => {
  const { world, wish, history } = scene;
  const host = world.hosts.get(node);
  if (actor.kind !== 'nodeops' || host?.role !== 'worker') return;
  // Whose pods stay serves on: docs/nodes.md, `cordon`.
  if (wish.maintenance?.operation === 'cordon') return;
  scene.reached();
  const others = workers(world)
    .filter(({ name }) => name !== node)
    .flatMap((other) => {
      const why = whyOut(scene, other, actor, node);
      return why === undefined ? [] : [`${other.name} (${why})`];
    });
  // A node that was out already uses no new budget.
  const trouble = history.sickNodes.get(node);
  if (trouble !== undefined && trouble.since < history.now) return;
  if (others.length + 1 > wish.maxUnavailable)
    scene.broken(`${node} was taken out beside ${others.join(', ')}: at most ${wish.maxUnavailable} may be out`);
  askTurn(scene, actor, node);
};

export const workerBudget: Invariant = {
  number: 3,
  title: 'no more workers out through us than maxUnavailable, those already out first',
  watch: (scene) => ({
    event: (event) => {
      if (event.type === 'cordoned') takeOut(scene, event.node, event.actor);
      // A kubelet that is restarted on a node that serves takes it out as well, if only for a moment.
      // After a restore all kubelets are restarted beneath their pods, which go on.
      else if (scene.wish.mode !== 'outage' && (event.type === 'kubelet-stopped' || event.type === 'host-down')) {
        if (!isUnschedulable(scene.world, event.host)) takeOut(scene, event.host, event.actor);
      }
    },
  }),
};
