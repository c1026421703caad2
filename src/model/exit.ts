/**
 * How a command ended. `unknown` (connection lost, channel closed without a code, deadline passed)
 * is neither success nor failure: whoever meets it observes again before doing anything else.
 */
export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** `inFlight`: it went on when it was last looked at, and goes on for all we know. */
  | { readonly kind: 'unknown'; readonly why: string; readonly inFlight?: true };

export const succeeded = (exit: Exit): boolean => exit.kind === 'code' && exit.code === 0;

/** `rc 1`, `signal KILL` or `unknown (connection lost)`: for messages. */
export const describeExit = (exit: Exit): string => {
  switch (exit.kind) {
    case 'code':
      return `rc ${exit.code}`;
    case 'signal':
      return `signal ${exit.signal}`;
    case 'unknown':
      return `unknown (${exit.why})`;
  }
};
