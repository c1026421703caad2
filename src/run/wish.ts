import { UsageError } from '../model/errors.ts';
import { optionWord } from '../model/option-word.ts';
import { parseVersion, type Version } from '../model/version.ts';
import type { Waivers } from '../model/waivers.ts';
import type { Selection } from '../playbook/bind.ts';
import type { Playbook } from '../playbook/schema.ts';

/** What is to be planned for one cluster. */
export interface Wish {
  readonly playbook: Playbook;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
  readonly run: string;
  readonly waivers?: Waivers;
  /** Why the maintenance window counts for nothing, this time. */
  readonly ignoreWindow?: string;
}

/** What follows on a run that left its cluster half-done. */
export const afterFailure = ['stop', 'rollback'] as const;

const workersGo = ['each-hop', 'last'] as const;

/** A parameter that is one of some words; the first where it was not given. @throws UsageError for anything else. */
export const chosen = <W extends string>({ parameters }: Wish, name: string, words: readonly [W, ...W[]]): W => {
  const { [name]: given = words[0] } = parameters;
  const found = words.find((each) => each === given);
  if (found === undefined)
    throw new UsageError(`${name} ${JSON.stringify(given)}: expected ${words.join(' or ')} (${optionWord(name)})`);
  return found;
};

/** With which of several minors workers go. @throws UsageError for anything else. */
export const workersOf = (wish: Wish): (typeof workersGo)[number] => chosen(wish, 'workers', workersGo);

/** Versions to go over. @throws UsageError for what is none. */
export const viaOf = ({ parameters }: Wish): readonly Version[] => {
  const { via = '' } = parameters;
  return String(via)
    .split(',')
    .filter((text) => text !== '')
    .map((text) => {
      const version = parseVersion(text.trim());
      if (version === undefined)
        throw new UsageError(`via ${JSON.stringify(text)}: expected versions such as 1.35.4 (--via)`);
      return version;
    });
};
