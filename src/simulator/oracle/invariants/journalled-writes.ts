import type { Program } from '../history.ts';
import type { Invariant, Scene } from '../invariant.ts';
import type { JournalEntry } from '../note.ts';

/** Says where a text shows a secret. Short ones would be found by chance: the driver plants long ones. */
const askSecrets = (scene: Scene, where: string, text: string): void => {
  for (const secret of scene.wish.secrets ?? [])
    if (text.includes(secret))
      scene.broken(`a secret stands in ${where}: ${text.slice(0, 200).replaceAll(secret, '***')}`);
};

export const journalledWrites: Invariant = {
  number: 11,
  title: 'every write is journalled before and after; no secret in a journal, a log, a report or a process list',
  watch: (scene) => {
    const { history, wish } = scene;
    const guarded = (wish.secrets ?? []).length > 0;
    const askWrite = (program: Program | undefined, node: string, line: string): void => {
      scene.reached();
      const announced = [...(program?.announced.values() ?? [])];
      if (!announced.some((entry) => entry.node === node && entry.effect === 'write'))
        scene.broken(`a write was sent to ${node} before it stood in the journal: ${line.slice(0, 200)}`);
    };
    const askEnds = (program: Program | undefined, what: string, concerns: (entry: JournalEntry) => boolean): void => {
      for (const entry of program?.announced.values() ?? [])
        if (concerns(entry))
          scene.broken(
            `${what} ended, and its journal has no end of a command on ${entry.node ?? '?'}: ${entry.line?.slice(0, 200) ?? '?'}`,
          );
    };
    return {
      note: (note) => {
        const program = history.programs.get(note.program);
        if (note.type === 'command-sent') {
          if (guarded) askSecrets(scene, `the process list of ${note.node}`, note.line);
          if (note.effect === 'write') askWrite(program, note.node, note.line);
        } else if (note.type === 'journal') {
          const { entry } = note;
          if (guarded) askSecrets(scene, 'a journal', JSON.stringify(entry));
          if (entry.type === 'step-finished' || entry.type === 'step-failed')
            askEnds(program, `the step ${entry.address ?? '?'}`, ({ address }) => address === entry.address);
        } else if (note.type === 'text-shown') {
          if (guarded) askSecrets(scene, `a ${note.where}`, note.text);
        } else if (note.type === 'program-ended') askEnds(program, 'the run', () => true);
      },
    };
  },
};
