/** Writes lines to a stream that may go away (`nodeops … | head`): a run must not end because nobody reads it. */
export interface LineStream {
  write(lines: readonly string[]): void;
  /** Resolves when everything is handed to the system, or nobody reads any more. */
  end(): Promise<void>;
}

/** `stream` itself is left open: it is the process's own. */
export const createLineStream = (stream: NodeJS.WritableStream): LineStream => {
  let gone = false;
  let released: (() => void) | undefined;
  const onError = (): void => {
    gone = true;
    released?.();
  };
  stream.on('error', onError);
  return {
    write: (lines) => {
      if (!gone && lines.length > 0) stream.write(`${lines.join('\n')}\n`);
    },
    end: () =>
      new Promise((resolve) => {
        released = resolve;
        if (gone) resolve();
        else stream.write('', () => resolve());
      }),
  };
};
