import type { Task } from '../kernel.ts';
import type { Shell } from './shell.ts';

/** A command of the shell itself: its words, and its status. */
export type Builtin = (shell: Shell, argv: readonly string[]) => number | Task<number>;
