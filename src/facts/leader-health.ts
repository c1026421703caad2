import { askLeaders } from '../commands/certificates.ts';
import { defineFact } from './fact.ts';
import { linesBeforeEnd } from './read-text.ts';

/** What a controller manager or a scheduler says of itself. */
export interface LeaderHealth {
  readonly name: string;
  readonly well: boolean;
}

/**
 * Asked on the node: the API's picture of a static pod is the one of before for as long as its kubelet could not write,
 * which may take longer than a restart. Source: curl(1), `--fail`; recorded on the lab, 1.35.4.
 */
export const leaderHealth = defineFact<readonly LeaderHealth[]>({
  id: 'leader-health',
  subject: 'node',
  command: askLeaders,
  parse: (output) => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined) return { unreadable: output.stdout.trim() || output.stderr };
    const said: LeaderHealth[] = [];
    for (const line of lines) {
      const [, word, name] = /^(well|ill) (\S+)$/.exec(line) ?? [];
      if (name === undefined) return { unreadable: line };
      said.push({ name, well: word === 'well' });
    }
    return { value: said };
  },
});
