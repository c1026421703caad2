import { createHash } from 'node:crypto';
import type { Command } from '../model/command.ts';
import { withoutControlSequences } from '../model/text.ts';
import { defineFact, type Fact, type Output, type Parsed } from './fact.ts';

/** What a check says that an operator wrote. */
export type OwnCheck =
  | { readonly kind: 'passed' }
  /** `said`: the last line that it printed, empty where it printed none. */
  | { readonly kind: 'not-passed'; readonly code: number; readonly said: string }
  /** It could not even begin, or a signal ended it: it says nothing about the node. */
  | { readonly kind: 'not-run'; readonly code: number; readonly said: string };

const lastLine = (text: string): string =>
  withoutControlSequences(text).trimEnd().split('\n').at(-1)?.trim().slice(0, 200) ?? '';

/** Source of 126, 127 and what is above 128: POSIX.1-2017 XCU 2.8.2; recorded on the lab, Debian 12. */
const parse = ({ stdout, stderr, code }: Output): Parsed<OwnCheck> => {
  if (code === 0) return { value: { kind: 'passed' } };
  const said = lastLine(`${stdout}${stderr}`);
  const kind = code === 126 || code === 127 || code > 128 ? 'not-run' : 'not-passed';
  return { value: { kind, code, said } };
};

/** Whether an operator's command is needed on a node: rc 0 means that it is not. It is trusted to change nothing. */
export const ownCheck = (name: string, command: Command): Fact<OwnCheck> =>
  defineFact({
    id: 'own-check',
    // Two of one name on one node are two questions all the same.
    parameters: [
      name,
      createHash('sha256')
        .update(JSON.stringify([command.argv, command.env]))
        .digest('hex')
        .slice(0, 8),
    ],
    subject: 'node',
    command,
    parse,
  });
