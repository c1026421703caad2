import { runProgram } from '../../src/cli/program.ts';
import type { Recorder } from './recorder.ts';
import { recordParts } from './record-parts.ts';
import { recordingTransport } from './recording-transport.ts';

/** Runs nodeops on the recorded cluster; `of` names what it is for. Answers with its exit code. */
export const recordProduct = async (
  recorder: Recorder,
  of: string,
  args: readonly string[],
  startedAt: string,
): Promise<number> => {
  const run = `${startedAt.slice(0, 19).replace('T', '-').replaceAll(':', '')}-${of === 'dry run' ? '0000' : '0001'}`;
  return runProgram(
    args,
    recordParts(run, (transport) => recordingTransport(transport, recorder, of)),
  );
};
