import type { SeenHost } from '../seen-world.ts';
import { becomesNode, type Invariant, type Scene } from '../invariant.ts';
import { repositoryMinor } from '../reading.ts';
import { minorText, upstream } from '../version.ts';

const heldNow = ({ packages }: SeenHost): readonly string[] =>
  [...packages.values()].filter(({ held }) => held).map(({ name }) => name);

const askHolds = (scene: Scene, host: SeenHost, when: string): void => {
  const wanted = scene.found.holds.get(host.name) ?? new Set();
  const now = new Set(heldNow(host));
  scene.reached();
  const lost = [...wanted].filter((name) => !now.has(name));
  const more = [...now].filter(
    // A new node’s packages are held from now on.
    (name) =>
      !wanted.has(name) &&
      !becomesNode(scene.wish, host.name) &&
      scene.found.firstHolds.get(host.name)?.has(name) !== true,
  );
  if (lost.length > 0) scene.broken(`${host.name}: ${lost.join(', ')} no longer held ${when}`);
  if (more.length > 0) scene.broken(`${host.name}: ${more.join(', ')} held ${when}, and was not before`);
};

const askRepository = (scene: Scene, host: SeenHost): void => {
  const kubelet = host.packages.get('kubelet')?.version;
  const offered = repositoryMinor(host);
  if (kubelet === undefined || offered === undefined) return;
  if (minorText(upstream(kubelet)) !== offered)
    scene.broken(`${host.name}: the repository is that of ${offered}, installed is ${upstream(kubelet)}`);
};

/**
 * Asked when a program ends by itself, of every host that it could reach and on which nothing of ours runs any more,
 * and when a unit of ours that lifted a hold has ended by itself. A killed unit owes until the next run has ended.
 */
export const holdsAgain: Invariant = {
  number: 8,
  title: 'packages are held again as they were found; repository and installed minor agree',
  watch: (scene) => {
    const { world, history } = scene;
    /** `host unit` of those under which a hold was lifted. */
    const lifted = new Set<string>();
    return {
      event: (event) => {
        if (event.type === 'hold-changed' && !event.held && event.actor.kind === 'nodeops')
          for (const key of history.units.keys()) if (key.startsWith(`${event.host} `)) lifted.add(key);
        if (event.type !== 'unit-ended' || !lifted.delete(`${event.host} ${event.unit}`)) return;
        const host = world.hosts.get(event.host);
        // Without a code it was killed; another unit on the host may have holds to put back itself.
        const busy = [...history.units.keys()].some((key) => key.startsWith(`${event.host} `));
        if (host === undefined || event.actor.kind !== 'nodeops' || event.code === undefined || busy) return;
        if (host.fileLocks.size === 0 && host.disk.foreignBytes < host.disk.bytes)
          askHolds(scene, host, `after the unit ${event.unit} had ended`);
      },
      note: (note) => {
        if (note.type !== 'program-ended') return;
        for (const host of world.hosts.values()) {
          if (note.excused.includes(host.name) || host.power !== 'up') continue;
          if ([...history.units.keys()].some((key) => key.startsWith(`${host.name} `))) continue;
          askHolds(scene, host, `when the run ended (${note.outcome})`);
          if (note.outcome === 'done' && history.programs.get(note.program)?.changesNothing !== true)
            askRepository(scene, host);
        }
      },
    };
  },
};
