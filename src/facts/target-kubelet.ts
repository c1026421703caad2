import { askKubelet } from '../commands/ask-target.ts';
import type { Version } from '../model/version.ts';
import { defineFact, type Fact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';
import { readAnswers, type TargetAnswers } from './target-answers.ts';

/** Unpacking takes seconds of a processor: what has nothing against it is not asked again by the next look. */
const keepMs = 5 * 60_000;

/**
 * What the kubelet of a version has against its flags and feature gates on this node; a gate's `where` is `config` or
 * `flags`. Absent where its archive is not there, or it is installed already. Recorded on the lab, 1.36.3.
 */
export const targetKubelet = (version: Version): Fact<TargetAnswers> =>
  defineFact<TargetAnswers>({
    id: 'target-kubelet',
    parameters: [version],
    subject: 'node',
    command: askKubelet(version),
    parse: (output) => {
      const { stdout, stderr, code } = output;
      if (code === 3) return { absent: true };
      if (code === 5) return { unavailable: stderr.trim() };
      const answers = stdout === '' ? undefined : readAnswers(linesBeforeEnd(output) ?? ['']);
      if (answers === undefined) return { unreadable: stderr.trim() || stdout };
      const clean = answers.flags.length + answers.gates.length + answers.refused.length === 0;
      return { value: answers, ...(clean ? { keepMs } : {}) };
    },
  });
