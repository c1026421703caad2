import type { Actor } from '../../world/actor.ts';
import type { Effect } from '../note.ts';
import type { Invariant } from '../invariant.ts';

interface Asked {
  readonly node: string;
  readonly effect: Effect;
  readonly line: string;
  readonly mark: number;
}

/**
 * The label of a command is not believed: what carries the actor of a question must be nothing. A scratch command may
 * have used one directory of its own, of which nothing is left.
 */
export const nothingChanged: Invariant = {
  number: 12,
  title: 'a dry run, a check, a query changes nothing, anywhere',
  watch: (scene) => {
    const { world, history } = scene;
    const asked = new Map<Actor, Asked>();
    const dry = (program: number): boolean => history.programs.get(program)?.changesNothing === true;
    const askFiles = (actor: Actor, { node, effect, line, mark }: Asked): void => {
      const files = world.hosts.get(node)?.files;
      const made = new Set<string>();
      const mine = files?.changedSince(mark).filter((change) => change.actor === actor) ?? [];
      // Scratch was not there before and is not there now; a question needs none.
      const left = mine.filter(({ path, existed }) => {
        const fresh = !existed || made.has(path);
        made.add(path);
        return effect === 'read' || !fresh || files?.stat(path) !== undefined;
      });
      const paths = [...new Set(left.map(({ path }) => path))];
      if (paths.length > 0)
        scene.broken(`a ${effect} command changed ${paths.join(', ')} on ${node}: ${line.slice(0, 200)}`);
    };
    return {
      event: (event) => {
        const { actor, type } = event;
        if (actor.kind !== 'nodeops') return;
        if (dry(actor.program)) scene.broken(`program ${actor.program} may change nothing, and did: ${type}`);
        const question = asked.get(actor);
        // Files are looked at once it has ended: a scratch directory may come and go.
        if (question !== undefined && type !== 'file-changed')
          scene.broken(
            `a ${question.effect} command changed something (${type}) from ${question.node}: ${question.line.slice(0, 200)}`,
          );
      },
      note: (note) => {
        if (note.type === 'command-sent') {
          if (note.effect !== 'write')
            asked.set(note.actor, { ...note, mark: world.hosts.get(note.node)?.files.mark() ?? 0 });
          else if (dry(note.program))
            scene.broken(`program ${note.program} may change nothing, and sent a write: ${note.line.slice(0, 200)}`);
        }
        if (note.type !== 'command-ended') return;
        const actor = history.programs.get(note.program)?.sent.get(note.number)?.actor;
        const question = actor === undefined ? undefined : asked.get(actor);
        if (actor === undefined || question === undefined) return;
        scene.reached();
        // One whose end is unknown may still run: what it leaves later is nobody's to tell apart.
        if (note.exit === 'known') askFiles(actor, question);
        asked.delete(actor);
      },
    };
  },
};
