import type { Shell } from './shell.ts';
import type { Soon } from './soon.ts';

/** A command of the shell itself: its words, and its status. */
export type Builtin = (shell: Shell, argv: readonly string[]) => Soon<number>;
