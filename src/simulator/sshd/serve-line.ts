import type { ServerChannel } from 'ssh2';
import type { LineEnd, LineRequest, RemoteProcess } from '../transport/sshd.ts';

/** The line's part of a request: who sent it, and to which host, is the server's business. */
export type ServedLine = Omit<LineRequest, 'actor'>;

/** A node's part of one SSH channel: collects standard input, starts the line, carries its output and its end back. */
class Served {
  readonly #channel: ServerChannel;
  #process: RemoteProcess | undefined;
  #unwritten = 0;
  #end: LineEnd | undefined;
  #gone = false;

  constructor(channel: ServerChannel) {
    this.#channel = channel;
  }

  start(line: string, stdin: string, start: (served: ServedLine) => RemoteProcess): void {
    if (this.#gone) return;
    this.#process = start({
      line,
      stdin,
      onOut: (text) => this.#write(this.#channel, text),
      onErr: (text) => this.#write(this.#channel.stderr, text),
      onEnd: (end) => {
        this.#end = end;
        this.#finishWhenWritten();
      },
    });
  }

  lose(): void {
    this.#gone = true;
    this.#process?.loseReader();
  }

  #write(stream: NodeJS.WritableStream, text: string): void {
    if (this.#gone) return;
    this.#unwritten += 1;
    stream.write(Buffer.from(text, 'latin1'), () => {
      this.#unwritten -= 1;
      this.#finishWhenWritten();
    });
  }

  /** What waits for the client's window has to be out first: behind the channel's end nothing is sent any more. */
  #finishWhenWritten(): void {
    const end = this.#end;
    if (end === undefined || this.#unwritten > 0 || this.#gone) return;
    this.#gone = true;
    if ('code' in end) this.#channel.exit(end.code);
    else this.#channel.exit(end.signal);
    this.#channel.end();
  }
}

/**
 * Runs a line behind an accepted channel, once its standard input has ended: a simulated program gets all of it at
 * once. `start` is called when that is so, and may call back at once.
 */
export const serveLine = (
  channel: ServerChannel,
  line: string,
  start: (served: ServedLine) => RemoteProcess,
  enter: (deed: () => void) => void,
): void => {
  const served = new Served(channel);
  const stdin: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => stdin.push(chunk));
  channel.on('end', () =>
    enter(() => served.start(Buffer.from(line).toString('latin1'), Buffer.concat(stdin).toString('latin1'), start)),
  );
  // The peer is gone, which `close` says too; what is written until then has nowhere to go.
  for (const stream of [channel, channel.stderr]) stream.on('error', () => undefined);
  channel.on('close', () => enter(() => served.lose()));
};
