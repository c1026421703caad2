import { z } from 'zod';
import type { Parts } from '../../../src/cli/parts.ts';
import { exitCode, UsageError } from '../../../src/model/errors.ts';
import type { Program } from '../../../src/simulator/simulation/program.ts';
import type { AttemptEnd } from '../attempt.ts';
import { programParts, type ProgramSurroundings } from '../program-parts.ts';

const member = z.object({ cluster: z.string(), wave: z.string(), outcome: z.string() });
const finished = z.object({
  type: z.literal('fleet-finished'),
  run: z.string(),
  members: z.array(member),
  halt: z.object({ kind: z.string(), because: z.string() }).optional(),
});

/** The last line of `--output json`: what the program says of all its clusters. */
export type FleetFinished = z.infer<typeof finished>;

/** Undefined where nothing was begun: nothing was to do, or too much stood in the way. */
export const fleetFinished = (stdout: string): FleetFinished | undefined => {
  const line = stdout.split('\n').findLast((each) => each.startsWith('{"type":"fleet-finished"'));
  return line === undefined ? undefined : finished.parse(JSON.parse(line));
};

/** What the program does with what was typed wrongly. */
const refused = (parts: Parts, error: unknown): number => {
  if (!(error instanceof UsageError)) throw error;
  parts.stderr.write(`nodeops: ${error.message}\n`);
  return exitCode.usage;
};

/**
 * One command of nodeops, from behind the command line's parser to its exit code: the parser loads commands when they are
 * asked for, which takes real time. Resolves when it ended or was killed.
 */
export const runCommand = (
  program: Program,
  around: ProgramSurroundings,
  command: (parts: Parts) => Promise<number>,
): Promise<AttemptEnd> => {
  const { parts, stdout, stderr } = programParts(program, around);
  const ended = (how: AttemptEnd['how']): AttemptEnd => ({ how, stdout: stdout.text, stderr: stderr.text });
  return new Promise((resolve) => {
    program.onDeath(() => resolve(ended('killed')));
    command(parts)
      .catch((error: unknown) => refused(parts, error))
      .then(
        (code) => resolve(ended({ code })),
        (error: unknown) => resolve(ended({ error })),
      );
  });
};
