import type { Actor } from '../../world/actor.ts';
import type { WorldEvent } from '../../world/events.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { isReady, kubernetesPackages, takesPods, workloadPods } from '../reading.ts';
import { minorNumber } from '../version.ts';

type PodGone = Extract<WorldEvent, { readonly type: 'pod-gone' }>;
type KubeletStarted = Extract<WorldEvent, { readonly type: 'kubelet-started' | 'kubelet-stopped' }>;

const askPod = (scene: Scene, event: PodGone): void => {
  if (event.actor.kind !== 'nodeops') return;
  scene.reached();
  const pod = `${event.namespace}/${event.pod} of ${event.node}`;
  if (event.budgetBroken !== undefined)
    scene.broken(`${pod} was ${event.how} against the budget ${event.budgetBroken}`);
  if (event.forced && scene.wish.forceDelete !== true) scene.broken(`${pod} was deleted by force`);
  if (event.emptyDirLost && scene.wish.deleteEmptyDirData !== true)
    scene.broken(`${pod} lost its emptyDir, and no setting allows it`);
};

/** A node that takes pods now; one that a person opened a moment ago could not be counted on. */
const hasElsewhere = ({ world, history }: Scene, host: string): boolean =>
  [...world.hosts.keys()].some(
    (name) => name !== host && takesPods(world, name) && isReady(world, name) && !history.handUncordoned.has(name),
  );

const askKubelet = (scene: Scene, event: KubeletStarted, before: string | undefined): void => {
  const { world, wish, history } = scene;
  const ours = event.actor.kind === 'nodeops' ? event.actor : history.kubeletPackage.get(event.host);
  if (ours?.kind !== 'nodeops' || before === undefined) return;
  if (minorNumber(before) === minorNumber(event.version)) return;
  scene.reached();
  if (wish.drain === 'none' && !hasElsewhere(scene, event.host)) return;
  // A person who uncordons the node meanwhile lets pods in that the step in hand could not see.
  const opened = history.handUncordoned.get(event.host);
  if (opened !== undefined && !history.couldBeSeen(opened, ours, event.host)) return;
  const pods = workloadPods(world, event.host).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  if (pods.length > 0)
    scene.broken(`the kubelet of ${event.host} went from ${before} to ${event.version} beneath ${pods.join(', ')}`);
};

/** A kubelet that is restarted with another configuration: on a drained node, unless that is asked for. */
const askRestart = (scene: Scene, { host, actor }: KubeletStarted): void => {
  const { world, wish, history } = scene;
  if (wish.kubelets === undefined || wish.kubelets.inPlace || actor.kind !== 'nodeops') return;
  scene.reached();
  const opened = history.handUncordoned.get(host);
  if (!hasElsewhere(scene, host) || (opened !== undefined && !history.couldBeSeen(opened, actor, host))) return;
  const pods = workloadPods(world, host).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  if (pods.length > 0) scene.broken(`the kubelet of ${host} was restarted beneath ${pods.join(', ')}`);
};

/** A restart, or packages of the operating system: what runs there goes with the first, and may with the others. */
const askMaintained = (scene: Scene, host: string, what: string, actor: Actor): void => {
  const { world, wish, history } = scene;
  if (actor.kind !== 'nodeops' || wish.maintenance === undefined) return;
  scene.reached();
  if (wish.drain === 'none' && !hasElsewhere(scene, host)) return;
  const opened = history.handUncordoned.get(host);
  if (opened !== undefined && !history.couldBeSeen(opened, actor, host)) return;
  const pods = workloadPods(world, host).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  if (pods.length > 0) scene.broken(`${host}: ${what} beneath ${pods.join(', ')}`);
};

export const drainedBefore: Invariant = {
  number: 4,
  title: 'a kubelet of another minor only on a drained node; budgets, emptyDirs and force',
  watch: (scene) => {
    const last = new Map(scene.found.kubelets);
    return {
      event: (event) => {
        if (event.type === 'pod-gone') askPod(scene, event);
        if (event.type === 'kubelet-stopped') askRestart(scene, event);
        if (event.type === 'host-down') askMaintained(scene, event.host, 'it was restarted', event.actor);
        const isUpgrades = scene.wish.maintenance?.upgrades === true;
        if (event.type === 'package-changed' && !(isUpgrades && kubernetesPackages.has(event.name)))
          askMaintained(scene, event.host, `package ${event.name} was changed`, event.actor);
        if (event.type !== 'kubelet-started') return;
        askKubelet(scene, event, last.get(event.host));
        last.set(event.host, event.version);
      },
    };
  },
};
