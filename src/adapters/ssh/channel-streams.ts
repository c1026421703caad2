import type { ClientChannel } from 'ssh2';
import { KeptOutput } from './kept-output.ts';

/** Where a command's output goes. */
export interface OutputWishes {
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
  readonly onStderr?: ((chunk: Buffer) => void) | undefined;
  readonly keepBytes: number;
  /** Gets stdout instead of the result, at its own pace. It is never ended here. */
  readonly sink?: NodeJS.WritableStream | undefined;
}

export interface Output {
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  /** The first exception that a caller's callback threw: inside of ssh2 it would end the connection. */
  failure(): unknown;
  /** Begins to read. `onSinkError` is called when the sink fails. */
  attach(channel: ClientChannel, onSinkError: (error: Error) => void): void;
  /** From now on everything is read and dropped, so that the command can go on writing. */
  detach(): void;
}

const pour = (channel: ClientChannel, into: NodeJS.WritableStream, chunk: Buffer): void => {
  if (into.write(chunk)) return;
  channel.pause();
  into.once('drain', () => channel.resume());
};

/** Reads both streams of a channel in bounded memory; only a sink makes the node wait. */
export const createOutput = (wishes: OutputWishes): Output => {
  const stdout = new KeptOutput(wishes.keepBytes);
  const stderr = new KeptOutput(wishes.keepBytes);
  const { sink } = wishes;
  let attached = true;
  let failure: unknown;
  let release: (() => void) | undefined;

  const tell = (callback: ((chunk: Buffer) => void) | undefined, chunk: Buffer): void => {
    if (callback === undefined || failure !== undefined) return;
    try {
      callback(chunk);
    } catch (error) {
      failure = error ?? new Error('a callback threw nothing');
    }
  };

  return {
    stdout,
    stderr,
    failure: () => failure,
    attach: (channel, onSinkError) => {
      channel.on('data', (chunk: Buffer) => {
        if (!attached) return;
        tell(wishes.onStdout, chunk);
        if (sink === undefined) stdout.push(chunk);
        else pour(channel, sink, chunk);
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        if (!attached) return;
        tell(wishes.onStderr, chunk);
        stderr.push(chunk);
      });
      sink?.on('error', onSinkError);
      release = () => {
        sink?.removeListener('error', onSinkError);
        channel.resume();
      };
    },
    detach: () => {
      attached = false;
      release?.();
    },
  };
};
