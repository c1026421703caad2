import type { Random } from '../random.ts';
import type { World } from '../world/host.ts';
import { Link } from './link.ts';

/** Where a program finds the link to each node. */
export interface Links {
  /** @throws RangeError for a node that is in no world: the scenario's inventory is wrong. */
  link(node: string): Link;
}

/** The links to all nodes of a world, shared by all programs. */
export class Network implements Links {
  readonly #links = new Map<string, Link>();

  constructor(world: World, random: Random) {
    for (const host of world.hosts.values()) this.#links.set(host.name, new Link(host, random));
    world.listen((event) => {
      if (event.type === 'host-down') this.#links.get(event.host)?.darken();
      if (event.type === 'host-up') this.#links.get(event.host)?.relight();
    });
  }

  /** @throws RangeError for a node that is not in the world: the scenario's inventory is wrong. */
  link(node: string): Link {
    const link = this.#links.get(node);
    if (link === undefined) throw new RangeError(`no node ${node} in the simulated network`);
    return link;
  }
}

/** The links to the nodes of several worlds, no two of which have a node of the same name. */
export const joinedLinks = (networks: ReadonlyMap<string, Links>): Links => ({
  link: (node) => {
    const network = networks.get(node);
    if (network === undefined) throw new RangeError(`no node ${node} in any simulated network`);
    return network.link(node);
  },
});
