import { resume } from '../../src/cli/commands/resume.ts';
import type { Parts } from '../../src/cli/parts.ts';
import type { Typed } from './operators.ts';
import { hasUnfinished } from './program-parts.ts';

export type Command = (typed: Typed) => (parts: Parts) => Promise<number>;

/** A command, or `nodeops resume last` at every second time where something was left. */
export const orResume =
  ({ resumes }: { readonly resumes: boolean }, command: (parts: Parts, dryRun: boolean) => Promise<number>): Command =>
  ({ workplace, tries, dryRun }) =>
    resumes && tries % 2 === 0 && !dryRun && hasUnfinished(workplace)
      ? (parts) => resume(parts, 'last', { yes: true, output: 'text' })
      : (parts) => command(parts, dryRun);
