import type { Path } from '../documents/raw.ts';

/** What the rules may ask about the world around the data. */
export interface RuleContext {
  /** `line 12`: for messages that speak of a second place. */
  readonly placeOf: (path: Path) => string;
  /** The operator's own login, used when no layer names a user. */
  readonly login: string | undefined;
}
