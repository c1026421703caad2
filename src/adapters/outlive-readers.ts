import { exitCode } from '../model/errors.ts';

/**
 * Who reads what is printed may stop reading, and a terminal may hang up: that ends no run, the log has it all. What a
 * disk refuses is told at the very end.
 */
export const outliveReaders = (): void => {
  let refused: Error | undefined;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !stream.isTTY) refused ??= error;
    });
  process.once('exit', () => {
    if (refused === undefined) return;
    process.stderr.write(`nodeops: what was printed is not whole: ${refused.message}\n`);
    process.exitCode ||= exitCode.failed;
  });
};
