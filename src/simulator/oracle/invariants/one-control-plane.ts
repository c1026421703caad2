import type { Actor } from '../../world/actor.ts';
import type { WorldEvent } from '../../world/events.ts';
import type { Invariant, Scene } from '../invariant.ts';
import { changesControlPlane } from '../reading.ts';

type Outages = Map<string, Set<string>>;

/** Follows what of a control plane is out of service through us, and says when a second one goes out beside it. */
const followOutages = (scene: Scene, outages: Outages, event: WorldEvent): void => {
  const { world } = scene;
  const goes = (host: string, part: string, actor: Actor): void => {
    if (actor.kind !== 'nodeops' || world.hosts.get(host)?.role !== 'control-plane') return;
    scene.reached();
    const parts = outages.get(host) ?? new Set();
    outages.set(host, parts.add(part));
    const others = [...outages].filter(([name, out]) => name !== host && out.size > 0);
    for (const [name, out] of others)
      scene.broken(
        `${host} (${part}) went out of service through us while ${name} (${[...out].join(', ')}) was out through us`,
      );
  };
  if (event.type === 'component-stopped') goes(event.host, event.component, event.actor);
  else if (event.type === 'component-ready') outages.get(event.host)?.delete(event.component);
  else if (event.type === 'kubelet-stopped') goes(event.host, 'kubelet', event.actor);
  else if (event.type === 'kubelet-started') outages.get(event.host)?.delete('kubelet');
  else if (event.type === 'host-up') outages.get(event.host)?.delete('power');
  else if (event.type === 'host-down') {
    // A fault's outage from now on, whatever of the host was out through us.
    if (event.actor.kind !== 'nodeops') outages.delete(event.host);
    goes(event.host, 'power', event.actor);
  }
};

/**
 * A change of its configuration that was begun is taken back, whatever became of the others meanwhile: the same kubelet
 * starts again at once with the file of before, and containers run on (lab, 1.35.4).
 */
const isTakenBack = (name: string, world: Scene['world']): boolean => {
  const { files } = world.hosts.get(name) ?? {};
  const kept = '/var/lib/nodeops/kubelet-config.yaml';
  return files?.stat(kept) !== undefined && files.read(kept) === files.read('/var/lib/kubelet/config.yaml');
};

/** The host that an event takes out of service, if only for a moment: packages that lie there ready do not. */
const touched = (event: WorldEvent, { world, wish }: Scene): string | undefined => {
  // What is on its way in is no control plane yet, and its kubelet is begun anew where a join was cut off.
  if ('host' in event && wish.nodes?.joins.has(event.host) === true) return undefined;
  // It is lent another API server, or gives it back: the same kubelet starts again at once, and containers run on (lab, 1.35.4).
  const isLent =
    'host' in event && world.hosts.get(event.host)?.files.stat('/var/lib/nodeops/kubelet.conf') !== undefined;
  if (event.type === 'kubelet-stopped' && (isLent || isTakenBack(event.host, world))) return undefined;
  // Without kubeadm's own upgrade, which ends them one after the other, each program that is ended is a touch.
  if (event.type === 'component-stopped' && (wish.certificates ?? wish.etcd) !== undefined) return event.host;
  if (event.type === 'kubeadm-started') return changesControlPlane(event.command) ? event.host : undefined;
  return event.type === 'kubelet-stopped' || event.type === 'host-down' ? event.host : undefined;
};

const askOthers = (scene: Scene, host: string, actor: Actor): void => {
  const { world, history } = scene;
  const members = world.etcd.members;
  const voters = members.filter(({ learner }) => !learner);
  const others = members.filter((member) => member.host !== host);
  if (others.length === 0) return;
  scene.reached();
  const sick = others.flatMap((member) => {
    const trouble = history.sickMembers.get(member.host);
    return trouble !== undefined && history.couldBeSeen(trouble.since, actor, host)
      ? [`${member.host}: ${trouble.what} (for ${Math.round((history.now - trouble.since) / 1000)} s)`]
      : [];
  });
  if (sick.length > 0) scene.broken(`${host} was touched while another etcd member was not well: ${sick.join('; ')}`);
  // With one or two members the others alone cannot keep quorum: that outage is announced and accepted.
  if (members.length <= 2) return;
  const left = others.filter((member) => !member.learner && history.sickMembers.get(member.host) === undefined).length;
  if (sick.length > 0 && left < Math.floor(voters.length / 2) + 1)
    scene.broken(`${host} was touched while the others alone (${left} of ${voters.length} voters) do not keep quorum`);
};

/**
 * The node that is resumed or repaired is exempt by itself: only the others are asked. Trouble that came up after the
 * step in hand had begun could not be seen by it.
 */
export const oneControlPlane: Invariant = {
  number: 1,
  title: 'one control plane out through us at a time, every other etcd member well before it',
  watch: (scene) => {
    const outages: Outages = new Map();
    const several = [...scene.world.hosts.values()].filter(({ role }) => role === 'control-plane').length > 1;
    return {
      event: (event) => {
        if (!several || scene.wish.mode === 'outage') return;
        followOutages(scene, outages, event);
        const host = touched(event, scene);
        if (host === undefined || event.actor.kind !== 'nodeops') return;
        if (scene.world.hosts.get(host)?.role === 'control-plane') askOthers(scene, host, event.actor);
      },
    };
  },
};
