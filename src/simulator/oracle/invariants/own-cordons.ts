import type { Actor } from '../../world/actor.ts';
import type { Invariant } from '../invariant.ts';

/** Nodes that nobody but us may have cordoned when we uncordon them, and that must be well then. */
export const ownCordons: Invariant = {
  number: 7,
  title: 'we uncordon only what we cordoned, and only once it verified',
  watch: (scene) => {
    const { found, history, wish } = scene;
    // Kept here: the history has forgotten a cordon by the time that we hear of its end.
    const owners = new Map<string, Actor>();
    for (const node of found.cordoned) owners.set(node, { kind: 'person', name: 'found' });
    // What an operator took out with us is for who was asked to give it back.
    if (wish.maintenance?.operation === 'uncordon')
      for (const node of found.keptOut) owners.set(node, { kind: 'nodeops', program: 0 });
    for (const [node, run] of found.ownCordons) owners.set(node, { kind: 'nodeops', program: 0, run });
    return {
      event: (event) => {
        if (event.type === 'cordoned' && !owners.has(event.node)) owners.set(event.node, event.actor);
        if (event.type !== 'uncordoned') return;
        const { node, actor } = event;
        const owner = owners.get(node);
        owners.delete(node);
        if (actor.kind !== 'nodeops') return;
        scene.reached();
        if (owner?.kind !== 'nodeops') scene.broken(`${node} was uncordoned, which we had not cordoned`);
        const trouble = history.sickNodes.get(node);
        if (trouble !== undefined && history.couldBeSeenBefore(trouble.since, actor, node))
          scene.broken(`${node} was uncordoned though ${trouble.what}`);
      },
    };
  },
};
