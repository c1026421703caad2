import { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { Exit } from '../../model/exit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Output } from './channel-streams.ts';
import type { LiveConnection } from './live-connection.ts';
import { asError } from './thrown.ts';

export interface ChannelRequest {
  readonly line: string;
  readonly stdin: string;
  /** What comes after that, at the pace of the node. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  readonly timeoutMs: number;
  /** What becomes of the channel at the deadline. Closing it takes stdout from the command, which may end it. */
  readonly atDeadline: 'close' | 'leave';
  readonly output: Output;
}

/** `not-sent`: the command certainly did not start. `refused` when the server granted no channel. */
export type Outcome = Exit | { readonly kind: 'not-sent'; readonly error: Error; readonly refused: boolean };

export interface Running {
  readonly outcome: Promise<Outcome>;
  /** Resolves when the channel no longer counts at the node; later than the outcome after a deadline. */
  readonly gone: Promise<void>;
}

/** Source: ssh2's client.js, reqExec(): everything else fails before the request was sent. */
const failedAfterSending = (error: Error): boolean => error.message === 'Unable to exec';

const notSent = (error: Error): Outcome => ({ kind: 'not-sent', error, refused: 'reason' in error });

/** ssh2 puts `SIG` in front of the name that the server sent. */
const exitOf = (code: number | null, signal: string | undefined): Exit =>
  code === null ? { kind: 'signal', signal: (signal ?? '').replace(/^SIG/, '') } : { kind: 'code', code };

/**
 * An exit counts only with all of the output: it was reported, and both streams were ended by the node, not by ssh2
 * in the name of a connection that is gone. `close` of the channel alone does not wait for stderr.
 */
const watchExit = (channel: ClientChannel, connection: LiveConnection, settle: (exit: Exit) => void): void => {
  let exit: Exit | undefined;
  const open = new Set(['stdout', 'stderr']);
  const consider = (): void => {
    if (exit !== undefined && open.size === 0 && connection.lost() === undefined) settle(exit);
  };
  const ended = (name: string) => (): void => {
    open.delete(name);
    consider();
  };
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = exitOf(code, signal);
    consider();
  });
  channel.on('end', ended('stdout'));
  channel.stderr.on('end', ended('stderr'));
  channel.on('close', () => {
    if (exit === undefined)
      settle({ kind: 'unknown', why: connection.lost() ?? 'the channel closed without an exit code' });
  });
};

/** Sends standard input. What is streamed stops being read when the channel is gone. */
const feed = (channel: ClientChannel, { stdin, input }: ChannelRequest, onFailure: (error: Error) => void): void => {
  if (input === undefined) {
    channel.end(stdin);
    return;
  }
  if (stdin !== '') channel.write(stdin);
  const source = Readable.from(input, { objectMode: false });
  source.on('error', onFailure);
  channel.on('close', () => source.destroy());
  source.pipe(channel);
};

/** Runs a line in the node's shell. Never hangs: exit, loss or deadline, whichever comes first. */
export const runOnChannel = (connection: LiveConnection, request: ChannelRequest, clock: Clock): Running => {
  const outcome = Promise.withResolvers<Outcome>();
  const gone = Promise.withResolvers<void>();
  const timer = new AbortController();
  let channel: ClientChannel | undefined;
  let abandoned = false;

  const settle = (end: Outcome): void => {
    timer.abort();
    forgetLoss();
    outcome.resolve(end);
    // What was not sent is sent again, with the same output.
    if (end.kind !== 'not-sent') request.output.detach();
  };
  const abandon = (why: string): void => {
    abandoned = true;
    timer.abort();
    outcome.resolve({ kind: 'unknown', why });
    request.output.detach();
    connection.retire();
    if (request.atDeadline === 'close') channel?.destroy();
  };
  const forgetLoss = connection.onLost((why) => {
    settle({ kind: 'unknown', why });
    gone.resolve();
  });
  const opened = (error: Error | undefined, fresh: ClientChannel): void => {
    if (error !== undefined) {
      const why = connection.lost() ?? 'the node refused to run the command';
      settle(failedAfterSending(error) ? { kind: 'unknown', why } : notSent(error));
      gone.resolve();
      return;
    }
    channel = fresh;
    channel.on('error', () => undefined);
    channel.on('close', () => gone.resolve());
    request.output.attach(channel, (failure) => abandon(`writing the output failed: ${failure.message}`));
    watchExit(channel, connection, settle);
    feed(channel, request, ({ message }) => {
      abandon(`reading what is sent failed: ${message}`);
      channel?.destroy();
    });
    if (abandoned) abandon('deadline');
  };

  clock.sleep(request.timeoutMs, timer.signal).then(
    () => abandon(`no end within ${request.timeoutMs / 1000} s; it may still be running`),
    () => undefined,
  );
  try {
    connection.client.exec(request.line, opened);
  } catch (error) {
    settle(notSent(asError(error)));
    gone.resolve();
  }
  return { outcome: outcome.promise, gone: gone.promise };
};
