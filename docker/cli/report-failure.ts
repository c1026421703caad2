import { CommanderError } from 'commander';
import { UsageError } from '../usage-error.ts';

/** Exit codes as nodeops' own: 1 failed, 2 something to type differently. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
