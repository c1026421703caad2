import type { Ui } from '../../ports/ui.ts';
import { createLineStream } from './line-stream.ts';
import { PlainLines } from './plain-lines.ts';

/** Lines with times, without colours: for log files, CI and terminals that cannot be redrawn. */
export const createPlainUi = (stream: NodeJS.WritableStream, duration: (ms: number) => string): Ui => {
  const out = createLineStream(stream);
  const lines = new PlainLines(duration);
  return {
    // The plan was shown before; what matters in a log is what happens.
    begin: () => undefined,
    event: (event) => out.write(lines.linesOf(event)),
    notice: (text) => out.write([text]),
    end: () => out.end(),
  };
};
